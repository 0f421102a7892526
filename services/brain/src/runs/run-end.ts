import { type AgentLoopResult, costOf, type LoopState, type ModelCatalogue } from '@bakerst/agent';
import type { RunFailure, RunNotice, Usage } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import type { RunEnd } from './run.ts';

const NO_TEXT = '(no response)';

export function toCompletedEnd(catalogue: ModelCatalogue, result: AgentLoopResult): RunEnd {
  const { state, notice } = result;
  return {
    ...countRun(catalogue, state),
    status: notice?.code === 'UNCERTAIN' ? 'uncertain' : 'completed',
    responses: withNotice(state.texts, notice),
    ...(notice !== undefined && { notice }),
  };
}

/** `unstored`: text of the reply that the halt cut off. */
export function toHaltedEnd(catalogue: ModelCatalogue, state: LoopState, unstored: string): RunEnd {
  const texts = unstored.trim() === '' ? state.texts : [...state.texts, unstored];
  return toStoppedEnd(catalogue, { ...state, texts }, { code: 'HALTED', message: 'Stopped.' });
}

/** Of a run that a backup holds unfinished: whatever became of it after the backup is not done again. */
export function toRestoredEnd(catalogue: ModelCatalogue, state: LoopState): RunEnd {
  return toStoppedEnd(catalogue, state, {
    code: 'RESTORED',
    message: 'Stopped: the system was restored from a backup that was made before this ended.',
  });
}

function toStoppedEnd(catalogue: ModelCatalogue, state: LoopState, notice: RunNotice): RunEnd {
  return {
    ...countRun(catalogue, state),
    status: 'halted',
    responses: withNotice(state.texts, notice),
    notice,
  };
}

export function toFailedEnd(catalogue: ModelCatalogue, state: LoopState, err: unknown): RunEnd {
  return {
    ...countRun(catalogue, state),
    status: 'failed',
    responses: [],
    failure: toFailure(err),
  };
}

function toFailure(err: unknown): RunFailure {
  if (!(err instanceof AppError))
    return { code: 'INTERNAL_ERROR', message: 'something went wrong here; the log knows more' };
  const { code, message, reason, retryAfterMs } = err;
  return {
    code,
    message,
    ...(reason !== undefined && { reason }),
    ...(retryAfterMs !== undefined && { retry_after_ms: retryAfterMs }),
  };
}

function countRun(catalogue: ModelCatalogue, state: LoopState) {
  return {
    model: state.model,
    turns: state.turn,
    usage: state.usage,
    costUsd: sumCosts(catalogue, state.usageByModel),
  };
}

/** Undefined as soon as one of the models has no price. */
function sumCosts(
  catalogue: ModelCatalogue,
  usageByModel: ReadonlyMap<string, Usage>,
): number | undefined {
  let total = 0;
  for (const [model, usage] of usageByModel) {
    const cost = costOf(catalogue, model, usage);
    if (cost === undefined) return undefined;
    total += cost;
  }
  return total;
}

function withNotice(texts: readonly string[], notice: RunNotice | undefined): readonly string[] {
  if (notice !== undefined) return [...texts, notice.message];
  return texts.length === 0 ? [NO_TEXT] : texts;
}
