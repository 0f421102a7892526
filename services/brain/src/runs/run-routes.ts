import {
  Api,
  comparePlaces,
  type EventPlace,
  isTerminalRun,
  Named,
  QueuedMessagePatch,
  RunHalted,
  RunPage,
  RunStepPage,
  RunView,
  toEventId,
} from '@bakerst/contracts';
import { AppError, type Clock } from '@bakerst/kit';
import { z } from 'zod';
import { type FollowStreamDeps, refuseOtherMediaTypes, streamRun } from '../http/follow-stream.ts';
import { readLastEventId } from '../http/last-event-id.ts';
import { readCursor, toPage } from '../http/list-query.ts';
import { parseBody, parsePath, parseQuery, readNamed } from '../http/parse-input.ts';
import { type Route, type RouteCall, sendJson } from '../http/route.ts';
import type { StreamLimit } from '../http/stream-limit.ts';
import { toIso } from '../http/to-iso.ts';
import type { Scope } from '../principals/principal.ts';
import { type ResolveDeps, resolveScope } from '../principals/resolve-tenant.ts';
import { type HaltRunDeps, haltRun } from './halt-run.ts';
import type { ListedRun, ListedStep, QueuedMessages, RunLister, RunStore } from './ports.ts';
import type { RunSummary } from './run.ts';
import { toRunChange } from './run-change.ts';
import { terminalPlace } from './terminal-place.ts';

export interface RunRoutesDeps extends FollowStreamDeps, HaltRunDeps {
  readonly store: RunStore;
  readonly lister: RunLister;
  readonly queued: QueuedMessages;
  /** Streams of services that follow everybody's runs: these take no user's places. */
  readonly serviceStreams: StreamLimit;
  readonly clock: Clock;
  readonly resolve: ResolveDeps;
}

const Path = z.object({ id: z.string() });
const Payload = z.record(z.string(), z.json());

export function createRunRoutes(deps: RunRoutesDeps): readonly Route[] {
  return [
    { endpoint: Api.listRuns, handle: async (call) => answerList(deps, call) },
    { endpoint: Api.listSteps, handle: async (call) => answerSteps(deps, call) },
    {
      endpoint: Api.getRun,
      async handle(call) {
        sendJson(call.response, RunView, toView(findRun(deps, call).run));
      },
    },
    {
      endpoint: Api.followRun,
      async handle(call) {
        const { run, scope } = findRun(deps, call);
        refuseOtherMediaTypes(call.request);
        const after = readLastEventId(call.request);
        if (hasSeenAll(deps, run, after)) {
          // An EventSource that is told this does not come back (HTML standard, 9.2.3).
          call.response.status(204).end();
          return;
        }
        const { principal } = call;
        const isGateway = principal.kind === 'service' && principal.org === undefined;
        using _place = (isGateway ? deps.serviceStreams : deps.streams).enter(run.tenant);
        await streamRun(deps, { scope, runId: run.id, after }, call.response);
      },
    },
    {
      endpoint: Api.haltRun,
      async handle(call) {
        const { run, scope } = findRun(deps, call, readNamed(call));
        const status = await haltRun(deps, scope, run.id);
        if (status === undefined) throw unknownRun();
        sendJson(call.response, RunHalted, { id: run.id, status });
      },
    },
    {
      endpoint: Api.changeQueuedMessage,
      async handle(call) {
        sendJson(call.response, RunView, toView(await changeQueued(deps, call)));
      },
    },
  ];
}

function answerList(deps: RunRoutesDeps, { request, response, principal }: RouteCall): void {
  const query = parseQuery(Api.listRuns.query, request.query);
  const { limit, cursor, status, conversation_id: conversationId, ...named } = query;
  const scope = resolveScope(deps.resolve, principal, named);
  const window = { beforeSeq: readCursor('runs', cursor), limit };
  const found = deps.lister.list(scope, { status, conversationId }, window);
  const show = ({ run }: ListedRun): z.input<typeof RunView> => toView(run);
  sendJson(
    response,
    RunPage,
    toPage(found, limit, { list: 'runs', show, place: ({ seq }) => seq }),
  );
}

function answerSteps(deps: RunRoutesDeps, call: RouteCall): void {
  const { limit, cursor, ...named } = parseQuery(Api.listSteps.query, call.request.query);
  const { run } = findRun(deps, call, named);
  const found = deps.lister.listStepsAfter(run.id, readCursor('steps', cursor) ?? 0, limit);
  const page = toPage(found, limit, { list: 'steps', show: toStepView, place: ({ seq }) => seq });
  sendJson(call.response, RunStepPage, page);
}

function toStepView({ seq, step: { step, at, covers } }: ListedStep) {
  const { type, ...payload } = step;
  return { seq, type, at: toIso(at), event_id: toEventId(covers), payload: Payload.parse(payload) };
}

function findRun(
  deps: RunRoutesDeps,
  { request, principal }: RouteCall,
  named = parseQuery(Named, request.query),
): { readonly run: RunSummary; readonly scope: Scope } {
  const { id } = parsePath(Path, request.params);
  const scope = resolveScope(deps.resolve, principal, named);
  const run = deps.store.find(scope, id);
  if (run === undefined) throw unknownRun();
  return { run, scope };
}

function unknownRun(): AppError {
  return new AppError('NOT_FOUND', 'there is no such run', { reason: 'RUN_NOT_FOUND' });
}

function hasSeenAll(
  { store }: RunRoutesDeps,
  run: RunSummary,
  after: EventPlace | undefined,
): boolean {
  if (after === undefined || !isTerminalRun(run.status)) return false;
  return comparePlaces(after, terminalPlace(run, store.listSteps(run.id))) === 0;
}

async function changeQueued(deps: RunRoutesDeps, call: RouteCall): Promise<RunSummary> {
  const { message, ...inBody } = parseBody(QueuedMessagePatch, call.body);
  const { run, scope } = findRun(deps, call, readNamed(call, inBody));
  if (!(await deps.queued.change(scope, run.id, message)))
    throw new AppError('CONFLICT', 'this message does not wait any more', { reason: 'RUN_BEGUN' });
  deps.changes.tell(run.tenant, toRunChange(run, 'queued'));
  return deps.store.find(scope, run.id) ?? run;
}

/** What the API shows of a run. */
function toView(run: RunSummary): z.input<typeof RunView> {
  return {
    id: run.id,
    status: run.status,
    conversation_id: run.conversationId,
    message: run.message,
    answer: run.responses.length === 0 ? null : run.responses.join('\n'),
    model: run.model ?? null,
    turns: run.turns,
    usage: run.usage,
    cost_usd: run.costUsd ?? null,
    error: run.failure ?? null,
    notice: run.notice ?? null,
    position: run.position ?? null,
    merged_into: run.mergedInto ?? null,
    created_at: toIso(run.createdAt),
    finished_at: run.finishedAt === undefined ? null : toIso(run.finishedAt),
  };
}
