import { pipeline } from 'node:stream/promises';
import { Api, AttachmentView, Named } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import { z } from 'zod';
import { parsePath, parseQuery } from '../http/parse-input.ts';
import { readUpload } from '../http/read-upload.ts';
import { type Route, type RouteCall, sendJson } from '../http/route.ts';
import type { StreamLimit } from '../http/stream-limit.ts';
import { type ResolveDeps, resolveScope, resolveTenant } from '../principals/resolve-tenant.ts';
import { type Attachment, unknownAttachment } from './attachment.ts';
import { toAttachmentView } from './attachment-view.ts';
import type { AttachmentStore } from './ports.ts';
import { type ReceiveAttachmentDeps, receiveAttachment } from './receive-attachment.ts';

export interface AttachmentRoutesDeps extends ReceiveAttachmentDeps {
  readonly store: AttachmentStore;
  /** Uploads of one user at a time. */
  readonly uploads: StreamLimit;
  readonly resolve: ResolveDeps;
}

const Path = z.object({ id: z.string() });
/** Types that a browser may show; anything else is only saved. */
const SHOWN: ReadonlySet<string> = new Set(['image', 'pdf']);

export function createAttachmentRoutes(deps: AttachmentRoutesDeps): readonly Route[] {
  return [
    { endpoint: Api.createAttachment, handle: (call) => answerUpload(deps, call) },
    {
      endpoint: Api.getAttachment,
      async handle(call) {
        sendJson(call.response, AttachmentView, toAttachmentView(findAttachment(deps, call)));
      },
    },
    { endpoint: Api.readAttachment, handle: (call) => answerContent(deps, call) },
    {
      endpoint: Api.deleteAttachment,
      async handle(call) {
        if (!(await deps.store.remove(findAttachment(deps, call)))) throw carried();
        call.response.status(204).end();
      },
    },
  ];
}

async function answerUpload(
  deps: AttachmentRoutesDeps,
  { request, response, principal }: RouteCall,
): Promise<void> {
  const named = parseQuery(Named, request.query);
  const tenant = resolveTenant(deps.resolve, principal, named);
  using _place = deps.uploads.enter(tenant);
  const attachment = await readUpload(request, (file) => receiveAttachment(deps, tenant, file));
  response.status(201);
  sendJson(response, AttachmentView, toAttachmentView(attachment));
}

async function answerContent(deps: AttachmentRoutesDeps, call: RouteCall): Promise<void> {
  const { hash, kind, mediaType, name } = findAttachment(deps, call);
  const file = await deps.files.open(hash);
  if (file === undefined) throw unknownAttachment();
  const { response } = call;
  response.attachment(name);
  if (SHOWN.has(kind))
    response.setHeader(
      'Content-Disposition',
      String(response.getHeader('Content-Disposition')).replace(/^attachment/, 'inline'),
    );
  // Whatever is in it, a page made of it can do nothing.
  response.setHeader('Content-Security-Policy', "default-src 'none'; sandbox");
  response.setHeader('Cache-Control', 'private, max-age=31536000, immutable');
  response.setHeader('Content-Type', kind === 'text' ? 'text/plain; charset=utf-8' : mediaType);
  await pipeline(file, response).catch((err: NodeJS.ErrnoException) => {
    // Whoever goes away in the middle wants no more of it.
    if (err.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw err;
  });
}

function findAttachment(deps: AttachmentRoutesDeps, { request, principal }: RouteCall): Attachment {
  const { id } = parsePath(Path, request.params);
  const scope = resolveScope(deps.resolve, principal, parseQuery(Named, request.query));
  const found = deps.store.find(scope, id);
  if (found === undefined) throw unknownAttachment();
  return found;
}

function carried(): AppError {
  return new AppError('CONFLICT', 'a message carries this attachment: delete its conversation', {
    reason: 'ATTACHMENT_IN_USE',
  });
}
