import {
  Api,
  ChatRequest,
  CompatChatBody,
  type CompatEvent,
  type RunId,
  type StreamEvent,
  type Tenant,
} from '@bakerst/contracts';
import { AppError, limitOutput, type NewId } from '@bakerst/kit';
import { acceptMessage } from '../../chat/accept-message.ts';
import type { AcceptMessageDeps } from '../../chat/incoming-message.ts';
import type { ConversationStore } from '../../conversations/ports.ts';
import type { JobStore } from '../../jobs/ports.ts';
import { scopeOf } from '../../principals/principal.ts';
import { type ResolveDeps, resolveTenant } from '../../principals/resolve-tenant.ts';
import { followRun } from '../../runs/follow-run.ts';
import type { RunStore } from '../../runs/ports.ts';
import type { FollowStreamDeps } from '../follow-stream.ts';
import { readIdempotencyKey } from '../idempotency-key.ts';
import { parseBody } from '../parse-input.ts';
import { type Route, type RouteCall, sendJson } from '../route.ts';
import { openSse } from '../sse.ts';
import { chooseCompatConversation } from './choose-conversation.ts';

const SUMMARY_CHARS = 200;
/** Jobs of one run that are named. */
const JOBS = 100;

export interface ChatCompatRoutesDeps extends FollowStreamDeps {
  readonly accept: AcceptMessageDeps;
  readonly resolve: ResolveDeps;
  readonly conversations: Pick<ConversationStore, 'find'>;
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

/** A message that was accepted, and what its sender calls its conversation. */
interface Accepted {
  readonly tenant: Tenant;
  readonly runId: RunId;
  readonly conversationId: string;
}

async function accept(deps: ChatCompatRoutesDeps, call: RouteCall): Promise<Accepted> {
  const idempotencyKey = readIdempotencyKey(call.request);
  const body = parseBody(CompatChatBody, call.body);
  const tenant = resolveTenant(deps.resolve, call.principal, body);
  const named = body.conversationId ?? undefined;
  const choice = chooseCompatConversation(deps, tenant, named);
  const known = 'known' in choice ? choice.known : undefined;
  const runId = await acceptMessage(deps.accept, {
    tenant,
    request: ChatRequest.parse({ message: body.message, conversation_id: known }),
    ...('opens' in choice && { opens: choice.opens }),
    callback: undefined,
    idempotencyKey,
    requestId: call.requestId,
  });
  const opened = deps.store.find(scopeOf(tenant), runId)?.conversationId;
  return { tenant, runId, conversationId: named ?? opened ?? '' };
}

async function answerChat(deps: ChatCompatRoutesDeps, call: RouteCall): Promise<void> {
  const accepted = await accept(deps, call);
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
  if (last?.type !== 'complete') throw toError(last);
  sendJson(call.response, Api.compatChat.answers[200], {
    response: last.response.responses.join('\n'),
    ...toOutcome(deps, accepted),
  });
}

function toError(last: StreamEvent | undefined): AppError {
  if (last?.type === 'error') return new AppError(last.code, last.message);
  return new AppError('UNAVAILABLE', 'the service is restarting; the run goes on', {
    reason: 'DRAINING',
    retryAfterMs: 2_000,
  });
}

async function streamChat(deps: ChatCompatRoutesDeps, call: RouteCall): Promise<void> {
  const accepted = await accept(deps, call);
  using _place = deps.streams.enter(accepted.tenant);
  using stream = openSse(call.response, deps.clock);
  await follow(deps, accepted, {
    tell(event) {
      const shown = toCompatEvent(event, () => toOutcome(deps, accepted));
      if (shown !== undefined) stream.tell({ line: JSON.stringify(shown), place: undefined });
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

type Outcome = Omit<CompatEvent & { readonly type: 'done' }, 'type'>;

function toOutcome(
  { store, jobs }: ChatCompatRoutesDeps,
  { tenant, runId, conversationId }: Accepted,
): Outcome {
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

/** These clients know no other events; text that a takeover made void cannot be taken back from them. */
function toCompatEvent(event: StreamEvent, readOutcome: () => Outcome): CompatEvent | undefined {
  switch (event.type) {
    case 'progress':
      return { type: 'text', text: event.text };
    case 'tool_use':
      return { type: 'tool_use', tool: event.tool, input: event.input };
    case 'tool_result':
      return {
        type: 'tool_result',
        tool: event.tool,
        summary: limitOutput(event.result, { maxChars: SUMMARY_CHARS }),
      };
    case 'complete':
      return { type: 'done', ...readOutcome() };
    case 'error':
      return { type: 'error', message: event.message };
    default:
      return undefined;
  }
}
