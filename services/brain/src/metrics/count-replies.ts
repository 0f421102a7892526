import { costOf, type Model, type ModelCatalogue } from '@bakerst/agent';
import { type JobOutcome, Usage } from '@bakerst/contracts';
import { AppError, type Clock } from '@bakerst/kit';
import { z } from 'zod';
import type { Metrics } from './ports.ts';

interface CountDeps {
  readonly metrics: Pick<Metrics, 'modelReplied' | 'modelFailed'>;
  readonly catalogue: ModelCatalogue;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** Asks a model, and counts its replies with what they cost. */
export function countReplies(model: Model, deps: CountDeps): Model['reply'] {
  const { metrics, catalogue, clock } = deps;
  return async (request, call) => {
    const startedAt = clock.monotonic();
    try {
      const reply = await model.reply(request, call);
      const seconds = (clock.monotonic() - startedAt) / 1_000;
      const { usage } = reply;
      const costUsd = costOf(catalogue, request.model, usage);
      metrics.modelReplied({ model: request.model, usage, costUsd, seconds });
      return reply;
    } catch (err) {
      // Whoever stopped the run has not had a failure.
      if (err instanceof AppError && !call.signal.aborted)
        metrics.modelFailed(err.reason ?? err.code);
      throw err;
    }
  };
}

const AgentResult = z.object({
  model: z.string().max(128),
  usage: Usage,
  cost_usd: z.number().nonnegative().nullable(),
});

/** Counts what a sub-agent used, which comes with its result; one that has made several replies counts as one. */
export function countAgentUsage(metrics: Pick<Metrics, 'modelReplied'>, outcome: JobOutcome): void {
  const used =
    outcome.status === 'completed' ? AgentResult.safeParse(outcome.result).data : undefined;
  if (used === undefined) return;
  const { model, usage, cost_usd } = used;
  metrics.modelReplied({ model, usage, costUsd: cost_usd ?? undefined, seconds: undefined });
}
