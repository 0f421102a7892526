import {
  type AgentLoopDeps,
  type AgentLoopResult,
  type LoopEvent,
  LoopStep,
  type MessageAdded,
  type Model,
  type ModelCatalogue,
  runAgentLoop,
  type Tool,
} from '@bakerst/agent';
import type { Logger } from '@bakerst/kit';
import type { TenantSettings } from '../conversations/ports.ts';
import type { UserChanges } from '../events/ports.ts';
import { type ActiveRun, suspendedError } from './active-run.ts';
import type { RunStore } from './ports.ts';
import type { PreparedBase } from './prepare-base.ts';
import type { StoredStep } from './run.ts';
import { toRunChange } from './run-change.ts';
import type { Reservation } from './run-feed.ts';
import type { RunStep } from './run-step.ts';
import { recordStep } from './store-step.ts';
import { toStreamEvent } from './stream-events.ts';

export interface RunLoopDeps {
  readonly store: RunStore;
  readonly model: Model;
  readonly catalogue: ModelCatalogue;
  readonly settings: TenantSettings;
  readonly changes: UserChanges;
  readonly createTools: (active: ActiveRun) => readonly Tool[];
  readonly log: Logger;
}

/** Runs the agent loop over the stored steps of a run, and stores and shows what it does. */
export async function runLoop(deps: RunLoopDeps, active: ActiveRun): Promise<AgentLoopResult> {
  const { steps, prepared } = active.begun;
  // What the model was not offered it cannot call, whatever it says.
  const offered = new Set(prepared.base.tools.map(({ name }) => name));
  const tools = deps.createTools(active).filter(({ definition }) => offered.has(definition.name));
  const loop: AgentLoopDeps = {
    model: noteAsking(deps.model, active),
    catalogue: deps.catalogue,
    tools,
    log: deps.log.child({ runId: active.run.id, requestId: active.run.requestId }),
    record: (step, events) => record(deps, active, { step, events, prepared }),
    emit: (event) => show(active, event),
    takeMessages: async (turn) => takeMessages(deps, active, turn),
  };
  const { maxTurns } = deps.settings.readSettings(active.run.tenant.org);
  return await runAgentLoop(
    loop,
    { base: prepared.base, steps: readLoopSteps(steps), maxTurns },
    { signal: active.stop.signal },
  );
}

/** The steps that the agent loop itself has made. */
export function readLoopSteps(steps: readonly StoredStep[]): readonly LoopStep[] {
  return steps.flatMap(({ step }) => LoopStep.safeParse(step).data ?? []);
}

interface LoopRecord {
  readonly step: LoopStep;
  readonly events: readonly LoopEvent[];
  readonly prepared: PreparedBase;
}

async function record(
  deps: RunLoopDeps,
  active: ActiveRun,
  { step, events, prepared }: LoopRecord,
): Promise<void> {
  active.stop.signal.throwIfAborted();
  const begins = step.type === 'turn_started' || step.type === 'tool_called';
  if (active.isDraining && begins) throw suspendedError('the process is stopping');
  const stored: RunStep = step.type === 'turn_started' ? { ...step, ...prepared.stored } : step;
  await recordStep(deps.store, active, {
    step: stored,
    events: events.map(toStreamEvent).filter((event) => event !== undefined),
    ...(step.type === 'turn_started' && { bodies: prepared.bodies }),
  });
}

async function takeMessages(
  { store, changes }: RunLoopDeps,
  { run, fence, feed }: ActiveRun,
  turn: number,
): Promise<readonly MessageAdded[]> {
  if (!store.hasMessages(run.id)) return [];
  let reservation: Reservation | undefined;
  const { steps, merged } = await store.takeMessages(fence, {
    turn,
    reserve(texts) {
      reservation = feed.reserve(texts.map((text) => ({ type: 'steered', text })));
      return reservation.covers;
    },
    committed: () => reservation?.show(),
  });
  for (const id of merged) changes.tell(run.tenant, toRunChange({ ...run, id }, 'completed'));
  return steps;
}

function show({ feed }: ActiveRun, event: LoopEvent): void {
  const shown = toStreamEvent(event);
  if (shown === undefined) feed.rewind();
  else feed.emit(shown);
}

/** Notes while a reply is on its way, so that a stopping process lets it end. */
function noteAsking(model: Model, active: ActiveRun): Model {
  return {
    async reply(request, call) {
      active.isAsking = true;
      try {
        return await model.reply(request, call);
      } finally {
        active.isAsking = false;
      }
    },
  };
}
