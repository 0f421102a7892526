import {
  Api,
  ChatRequest,
  CompatChatBody,
  type RunId,
  type StreamEvent,
  type Tenant,
} from '@bakerst/contracts';
import type { NewId } from '@bakerst/kit';
import { acceptMessage } from '../../chat/accept-message.ts';
import type { AcceptMessageDeps } from '../../chat/incoming-message.ts';
import type { ConversationStore } from '../../conversations/ports.ts';
import type { JobStore } from '../../jobs/ports.ts';
import { scopeOf } from '../../principals/principal.ts';
import { type ResolveDeps, resolveTenant } from '../../principals/resolve-tenant.ts';
import { followRun } from '../../runs/follow-run.ts';
import type { RunStore } from '../../runs/ports.ts';
import { toRunError } from '../../runs/to-run-error.ts';
import type { FollowStreamDeps } from '../follow-stream.ts';
import { readIdempotencyKey } from '../idempotency-key.ts';
import { parseBody } from '../parse-input.ts';
import { type Route, type RouteCall, sendJson } from '../route.ts';
import { openSse } from '../sse.ts';
import { chooseCompatConversation } from './choose-conversation.ts';
import { type CompatOutcome, createCompatTeller } from './compat-teller.ts';

/** Jobs of one run that are named. */
const JOBS = 100;

export interface ChatCompatRoutesDeps extends FollowStreamDeps {
  readonly accept: AcceptMessageDeps;
  readonly resolve: ResolveDeps;
  readonly conversations: Pick<ConversationStore, 'find' | 'isTaken'>;
  readonly jobs: Pick<JobStore, 'list'>;
  readonly store: Pick<RunStore, 'find' | 'listSteps'>;
  readonly newId: NewId;
}

/** BK-05 and BK-06: `POST /chat` and `/chat/stream`. */
export function createChatCompatRoutes(deps: ChatCompatRoutesDeps): readonly Route[] {
  return [
    { endpoint: Api.compatChat, handle: (call) => answerChat(deps, call) },
    { endpoint: Api.compatStreamChat, handle: (call) => streamChat(deps, call) },
  ];
}

/** A message as it came in, and what its sender calls its conversation. */
interface Incoming {
  readonly tenant: Tenant;
  readonly message: string;
  readonly named: string | undefined;
  readonly idempotencyKey: string | undefined;
}

/** The same once it is a run. */
interface Accepted {
  readonly tenant: Tenant;
  readonly runId: RunId;
  readonly conversationId: string;
}

function readIncoming(deps: ChatCompatRoutesDeps, call: RouteCall): Incoming {
  const idempotencyKey = readIdempotencyKey(call.request);
  const body = parseBody(CompatChatBody, call.body);
  return {
    tenant: resolveTenant(deps.resolve, call.principal, body),
    message: body.message,
    named: body.conversationId ?? undefined,
    idempotencyKey,
  };
}

async function accept(
  deps: ChatCompatRoutesDeps,
  { tenant, message, named, idempotencyKey }: Incoming,
  requestId: string,
): Promise<Accepted> {
  const choice = chooseCompatConversation(deps, tenant, named);
  const known = 'known' in choice ? choice.known : undefined;
  const runId = await acceptMessage(deps.accept, {
    tenant,
    request: ChatRequest.parse({ message, conversation_id: known }),
    ...('opens' in choice && { opens: choice.opens }),
    ...(named !== undefined && { conversationName: named }),
    callback: undefined,
    idempotencyKey,
    requestId,
  });
  const opened = deps.store.find(scopeOf(tenant), runId)?.conversationId;
  return { tenant, runId, conversationId: named ?? opened ?? '' };
}

async function answerChat(deps: ChatCompatRoutesDeps, call: RouteCall): Promise<void> {
  const accepted = await accept(deps, readIncoming(deps, call), call.requestId);
  let last: StreamEvent | undefined;
  const gone = new AbortController();
  call.response.on('close', () => gone.abort());
  await follow(deps, accepted, {
    tell(event) {
      last = event;
    },
    signal: AbortSignal.any([gone.signal, deps.ending]),
  });
  if (gone.signal.aborted) return;
  if (last?.type !== 'complete') throw toRunError(last);
  sendJson(call.response, Api.compatChat.answers[200], {
    response: last.response.responses.join('\n'),
    ...toOutcome(deps, accepted),
  });
}

async function streamChat(deps: ChatCompatRoutesDeps, call: RouteCall): Promise<void> {
  const incoming = readIncoming(deps, call);
  using _place = deps.streams.enter(incoming.tenant);
  const accepted = await accept(deps, incoming, call.requestId);
  await using stream = openSse(call.response, deps.clock);
  const toEvents = createCompatTeller(() => toOutcome(deps, accepted));
  await follow(deps, accepted, {
    tell(event) {
      for (const shown of toEvents(event))
        stream.tell({ line: JSON.stringify(shown), place: undefined });
    },
    signal: AbortSignal.any([stream.closed, deps.stopping]),
  });
}

interface Following {
  readonly tell: (event: StreamEvent) => void;
  readonly signal: AbortSignal;
}

async function follow(
  deps: ChatCompatRoutesDeps,
  { tenant, runId }: Accepted,
  { tell, signal }: Following,
): Promise<void> {
  const followed = { scope: scopeOf(tenant), runId, after: undefined };
  await followRun(deps, followed, { tell: ({ event }) => tell(event), signal });
}

function toOutcome(
  { store, jobs }: ChatCompatRoutesDeps,
  { tenant, runId, conversationId }: Accepted,
): CompatOutcome {
  const window = { beforeSeq: undefined, limit: JOBS };
  const filter = { status: undefined, type: undefined, runId };
  const found = jobs.list(scopeOf(tenant), filter, window);
  const calls = store.listSteps(runId).filter(({ step }) => step.type === 'tool_called');
  return {
    conversationId,
    jobIds: found.map(({ job }) => job.id).toReversed(),
    toolCallCount: calls.length,
  };
}
