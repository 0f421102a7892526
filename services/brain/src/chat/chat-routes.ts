import {
  Api,
  ChatQueued,
  ChatRequest,
  ChatResponse,
  ChatStarted,
  type RunId,
  type StreamEvent,
  type Tenant,
} from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import type { AllowedHosts } from '@bakerst/kit/url-guard';
import type { Response } from 'express';
import { z } from 'zod';
import { type FollowStreamDeps, refuseOtherMediaTypes, streamRun } from '../http/follow-stream.ts';
import { readIdempotencyKey } from '../http/idempotency-key.ts';
import { readLastEventId } from '../http/last-event-id.ts';
import { parseBody } from '../http/parse-input.ts';
import { type Route, type RouteCall, sendJson } from '../http/route.ts';
import { type ChoiceDeps, checkChoice } from '../models/check-choice.ts';
import { scopeOf } from '../principals/principal.ts';
import { type ResolveDeps, resolveTenant } from '../principals/resolve-tenant.ts';
import { followRun } from '../runs/follow-run.ts';
import type { RunSummary } from '../runs/run.ts';
import { toRunError } from '../runs/to-run-error.ts';
import { acceptMessage } from './accept-message.ts';
import type { AcceptMessageDeps, IncomingMessage } from './incoming-message.ts';
import { readCallback, refuseCallback, requireCallback } from './read-callback.ts';

export interface ChatRoutesDeps extends FollowStreamDeps {
  readonly accept: AcceptMessageDeps;
  readonly resolve: ResolveDeps;
  /** Who may be chosen to answer. */
  readonly choices: ChoiceDeps;
  /** Addresses of one's own that may be called back. */
  readonly allowedHosts: AllowedHosts;
}

export function createChatRoutes(deps: ChatRoutesDeps): readonly Route[] {
  return [
    {
      endpoint: Api.chat,
      async handle(call) {
        const chat = readChat(deps, call);
        const callback = readCallback(chat.request, deps.allowedHosts);
        await answerChat(deps, call, { ...chat, callback });
      },
    },
    {
      endpoint: Api.streamChat,
      async handle(call) {
        refuseOtherMediaTypes(call.request);
        const chat = readChat(deps, call);
        refuseCallback(chat.request);
        await streamChat(deps, call, { ...chat, callback: undefined });
      },
    },
    {
      endpoint: Api.chatWithCallback,
      async handle(call) {
        const chat = readChat(deps, call);
        const callback = requireCallback(chat.request, deps.allowedHosts);
        await startChat(deps, call, { ...chat, callback });
      },
    },
  ];
}

function readChat(deps: ChatRoutesDeps, call: RouteCall): Omit<IncomingMessage, 'callback'> {
  const idempotencyKey = readIdempotencyKey(call.request);
  refuseAudio(call.body);
  const request = parseBody(ChatRequest, call.body);
  const tenant = resolveTenant(deps.resolve, call.principal, request);
  checkChoice(deps.choices, request);
  return { tenant, request, idempotencyKey, requestId: call.requestId };
}

const AudioRequest = z.looseObject({ message_type: z.literal('audio') });

/** Whoever sends a voice has no message to be looked at. */
function refuseAudio(body: unknown): void {
  if (AudioRequest.safeParse(body).success)
    throw new AppError('NOT_IMPLEMENTED', 'audio messages are not supported', {
      reason: 'AUDIO_NOT_SUPPORTED',
    });
}

async function answerChat(
  deps: ChatRoutesDeps,
  { response }: RouteCall,
  chat: IncomingMessage,
): Promise<void> {
  const runId = await acceptMessage(deps.accept, chat);
  const waiting = nameRun(deps, response, { runId, tenant: chat.tenant });
  if (waiting !== undefined) return sendWaiting(response, waiting);
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  let last: StreamEvent | undefined;
  await followRun(
    deps,
    { scope: scopeOf(chat.tenant), runId, after: undefined },
    {
      tell: ({ event }) => {
        last = event;
      },
      signal: AbortSignal.any([gone.signal, deps.ending]),
    },
  );
  if (gone.signal.aborted) return;
  sendOutcome(response, last);
}

function sendOutcome(response: Response, last: StreamEvent | undefined): void {
  if (last?.type !== 'complete') throw toRunError(last);
  sendJson(response, ChatResponse, last.response);
}

async function streamChat(
  deps: ChatRoutesDeps,
  { request, response }: RouteCall,
  chat: IncomingMessage,
): Promise<void> {
  // Of the same request, sent before under its key.
  const after = readLastEventId(request);
  using _place = deps.streams.enter(chat.tenant);
  const runId = await acceptMessage(deps.accept, chat);
  const waiting = nameRun(deps, response, { runId, tenant: chat.tenant });
  const opening = waiting && toOpening(waiting);
  const followed = { scope: scopeOf(chat.tenant), runId, after };
  await streamRun(deps, { ...followed, ...(opening && { opening }) }, response);
}

/** Answers as soon as the run is stored, waiting or not. */
async function startChat(
  deps: ChatRoutesDeps,
  { response }: RouteCall,
  chat: IncomingMessage,
): Promise<void> {
  const runId = await acceptMessage(deps.accept, chat);
  nameRun(deps, response, { runId, tenant: chat.tenant });
  response.status(202);
  sendJson(response, ChatStarted, { message_id: runId });
}

function toOpening({ id, conversationId }: RunSummary): StreamEvent {
  const message = 'Queued: this will be answered in a moment';
  return { type: 'status', message, run_id: id, conversation_id: conversationId };
}

function sendWaiting(response: Response, { id, conversationId, position = 1 }: RunSummary): void {
  response.status(202);
  sendJson(response, ChatQueued, {
    run_id: id,
    conversation_id: conversationId,
    status: 'queued',
    position,
  });
}

/** Whoever loses the connection can ask for the run by these. Gives the run when it waits for its turn. */
function nameRun(
  { registry, store }: ChatRoutesDeps,
  response: Response,
  { runId, tenant }: { readonly runId: RunId; readonly tenant: Tenant },
): RunSummary | undefined {
  response.setHeader('X-Run-Id', runId);
  const active = registry.find(runId)?.run;
  const stored = active === undefined ? store.find(scopeOf(tenant), runId) : undefined;
  const run = active ?? stored;
  if (run !== undefined) response.setHeader('X-Conversation-Id', run.conversationId);
  return stored?.status === 'queued' ? stored : undefined;
}
