import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  Api,
  ConversationFork,
  ConversationPage,
  ConversationPatch,
  ConversationView,
  FoundPage,
  MessagePage,
  Named,
  NewConversation,
} from '@bakerst/contracts';
import type { NewId } from '@bakerst/kit';
import type { Response } from 'express';
import { z } from 'zod';
import type { AttachmentLister } from '../attachments/ports.ts';
import type { UserChanges } from '../events/ports.ts';
import { readPrecondition, sendTagged } from '../http/entity-tag.ts';
import { readIdempotencyKey } from '../http/idempotency-key.ts';
import { readCursor, readTextCursor, toPage } from '../http/list-query.ts';
import { parseBody, parsePath, parseQuery, readNamed } from '../http/parse-input.ts';
import { type Route, type RouteCall, sendJson } from '../http/route.ts';
import type { KeyStore } from '../idempotency/ports.ts';
import type { Scope } from '../principals/principal.ts';
import { type ResolveDeps, resolveScope, resolveTenant } from '../principals/resolve-tenant.ts';
import { type Conversation, unknownConversation } from './conversation.ts';
import { toConversationView, toFoundView, toMessageView } from './conversation-view.ts';
import { createConversation, forkConversation } from './create-conversation.ts';
import { exportConversation, toFileName } from './export-conversation.ts';
import { toWords } from './find-words.ts';
import type {
  ConversationForker,
  ConversationPlace,
  ConversationStore,
  MessageSearch,
} from './ports.ts';

export interface ConversationRoutesDeps {
  readonly conversations: ConversationStore;
  readonly forker: ConversationForker;
  readonly search: MessageSearch;
  readonly attachments: AttachmentLister;
  readonly keys: KeyStore;
  readonly changes: UserChanges;
  /** Who may be chosen to answer. */
  readonly checkChoice: (change: z.output<typeof ConversationPatch>) => void;
  readonly resolve: ResolveDeps;
  readonly newId: NewId;
}

const MAX_SEQ = Number.MAX_SAFE_INTEGER;
const Path = z.object({ id: z.string() });
const PLACE = /^(\d{1,15})\.([0-9a-f-]{36})$/;

export function createConversationRoutes(deps: ConversationRoutesDeps): readonly Route[] {
  const { conversations } = deps;
  return [
    { endpoint: Api.createConversation, handle: (call) => answerCreate(deps, call) },
    { endpoint: Api.listConversations, handle: async (call) => answerList(deps, call) },
    { endpoint: Api.searchMessages, handle: (call) => answerSearch(deps, call) },
    {
      endpoint: Api.getConversation,
      async handle(call) {
        sendConversation(call.response, findConversation(deps, call));
      },
    },
    {
      endpoint: Api.changeConversation,
      async handle(call) {
        const patch = parseBody(ConversationPatch, call.body);
        const { org, user_id, ...change } = patch;
        const { scope, id } = readTarget(deps, call, readNamed(call, { org, user_id }));
        deps.checkChoice(patch);
        const refuseStale = readPrecondition(call.request, ConversationView);
        const check = (before: Conversation): void => refuseStale(toConversationView(before));
        const changed = await conversations.change(scope, id, { ...change, check });
        sendConversation(call.response, told(deps, changed));
      },
    },
    {
      endpoint: Api.deleteConversation,
      async handle(call) {
        const { scope, id } = readTarget(deps, call);
        told(deps, await conversations.remove(scope, id));
        call.response.status(204).end();
      },
    },
    {
      endpoint: Api.restoreConversation,
      async handle(call) {
        const { scope, id } = readTarget(deps, call, readNamed(call));
        const known = conversations.find(scope, id) ?? (await conversations.restore(scope, id));
        sendConversation(call.response, told(deps, known));
      },
    },
    { endpoint: Api.forkConversation, handle: (call) => answerFork(deps, call) },
    { endpoint: Api.listMessages, handle: async (call) => answerMessages(deps, call) },
    { endpoint: Api.exportConversation, handle: (call) => answerExport(deps, call) },
  ];
}

async function answerCreate(deps: ConversationRoutesDeps, call: RouteCall): Promise<void> {
  const body = parseBody(NewConversation, call.body ?? {});
  const created = await createConversation(deps, {
    tenant: resolveTenant(deps.resolve, call.principal, body),
    title: body.title,
    idempotencyKey: readIdempotencyKey(call.request),
  });
  told(deps, created);
  call.response.status(201);
  sendConversation(call.response, created);
}

async function answerFork(deps: ConversationRoutesDeps, call: RouteCall): Promise<void> {
  const { org, user_id, before_seq } = parseBody(ConversationFork, call.body ?? {});
  const source = findConversation(deps, call, readNamed(call, { org, user_id }));
  const fork = await forkConversation(deps, {
    source,
    beforeSeq: before_seq,
    idempotencyKey: readIdempotencyKey(call.request),
  });
  told(deps, fork);
  call.response.status(201);
  sendConversation(call.response, fork);
}

function answerList(
  deps: ConversationRoutesDeps,
  { request, response, principal }: RouteCall,
): void {
  const query = parseQuery(Api.listConversations.query, request.query);
  const { limit, cursor, archived, pinned, deleted, ...named } = query;
  const scope = resolveScope(deps.resolve, principal, named);
  const after = readPlace(cursor);
  const found = deps.conversations.list(scope, { archived, pinned, deleted }, { after, limit });
  const place = ({ updatedAt, id }: Conversation): string => `${updatedAt}.${id}`;
  const page = toPage(found, limit, { list: 'conversations', show: toConversationView, place });
  sendJson(response, ConversationPage, page);
}

async function answerSearch(deps: ConversationRoutesDeps, call: RouteCall): Promise<void> {
  const { limit, cursor, q, ...named } = parseQuery(Api.searchMessages.query, call.request.query);
  const tenant = resolveTenant(deps.resolve, call.principal, named);
  const words = toWords(q);
  const found = await deps.search.search(tenant, words, {
    before: readCursor('search', cursor),
    limit,
  });
  sendJson(
    call.response,
    FoundPage,
    toPage(found, limit, {
      list: 'search',
      show: (each) => toFoundView(each, words),
      place: ({ place }) => place,
    }),
  );
}

function answerMessages(deps: ConversationRoutesDeps, call: RouteCall): void {
  const query = parseQuery(Api.listMessages.query, call.request.query);
  const { limit, cursor, order, ...named } = query;
  const { id } = findConversation(deps, call, named);
  const window = { after: readCursor(`messages ${order}`, cursor), order, limit };
  const found = deps.conversations.listMessages(id, window);
  const seqs = found.map(({ seq }) => seq);
  const span = { fromSeq: Math.min(...seqs, MAX_SEQ), toSeq: Math.max(...seqs, 0) };
  const carried = deps.attachments.listOf(id, span);
  const page = toPage(found, limit, {
    list: `messages ${order}`,
    show: (message) => toMessageView(message, carried.get(message.seq)),
    place: ({ seq }) => seq,
  });
  sendJson(call.response, MessagePage, page);
}

async function answerExport(deps: ConversationRoutesDeps, call: RouteCall): Promise<void> {
  const { format, ...named } = parseQuery(Api.exportConversation.query, call.request.query);
  const conversation = findConversation(deps, call, named);
  const { response } = call;
  response.type(format === 'json' ? 'application/json' : 'text/markdown');
  response.attachment(toFileName(conversation, format));
  const pieces = exportConversation(deps, conversation, format);
  await pipeline(Readable.from(pieces), response).catch((err: NodeJS.ErrnoException) => {
    // Whoever goes away in the middle wants no answer either.
    if (err.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw err;
  });
}

function findConversation(
  deps: ConversationRoutesDeps,
  call: RouteCall,
  named = parseQuery(Named, call.request.query),
): Conversation {
  const { scope, id } = readTarget(deps, call, named);
  const found = deps.conversations.find(scope, id);
  if (found === undefined) throw unknownConversation();
  return found;
}

function readTarget(
  deps: ConversationRoutesDeps,
  { request, principal }: RouteCall,
  named = parseQuery(Named, request.query),
): { readonly scope: Scope; readonly id: string } {
  const { id } = parsePath(Path, request.params);
  return { id, scope: resolveScope(deps.resolve, principal, named) };
}

/** Throws for one that is not there; otherwise its user's readers hear of it. */
function told(
  { changes }: ConversationRoutesDeps,
  conversation: Conversation | undefined,
): Conversation {
  if (conversation === undefined) throw unknownConversation();
  const { tenant, id } = conversation;
  changes.tell(tenant, { type: 'conversation', conversation_id: id });
  return conversation;
}

function sendConversation(response: Response, conversation: Conversation): void {
  sendTagged(response, ConversationView, toConversationView(conversation));
}

function readPlace(cursor: string | undefined): ConversationPlace | undefined {
  const [, updatedAt, id] = readTextCursor('conversations', cursor, PLACE) ?? [];
  return id === undefined ? undefined : { updatedAt: Number(updatedAt), id };
}
