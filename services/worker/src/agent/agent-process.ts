import {
  type AgentLoopResult,
  costOf,
  createAnthropicModel,
  ModelCatalogue,
  runAgentLoop,
} from '@bakerst/agent';
import type { JobOutcome, ModelConfig } from '@bakerst/contracts';
import { AppError, silentLogger, systemClock } from '@bakerst/kit';

/** What the worker hands to the process of an agent. */
export interface AgentOrder {
  readonly config: ModelConfig;
  readonly job: string;
}

/** Failures that may have passed by the next attempt. */
const TRANSIENT: ReadonlySet<string | undefined> = new Set([
  'UPSTREAM_UNAVAILABLE',
  'MODEL_REPLY_CUT',
]);

process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.once('message', (order: AgentOrder) => {
  void work(order).then((outcome) => process.send?.(outcome));
});

async function work({ config, job }: AgentOrder): Promise<JobOutcome> {
  try {
    const catalogue = ModelCatalogue.parse(JSON.parse(config.catalogue));
    const result = await runAgentLoop(
      {
        model: createAnthropicModel(config.connection, systemClock),
        catalogue,
        tools: [],
        log: silentLogger,
        record: async () => undefined,
        emit: () => undefined,
      },
      {
        base: {
          model: config.model,
          maxTokens: config.maxTokens,
          system: { stable: config.systemPrompt, changing: '' },
          tools: [],
          messages: [{ role: 'user', content: [{ type: 'text', text: job }] }],
        },
        steps: [],
        maxTurns: config.maxTurns,
      },
      { signal: new AbortController().signal },
    );
    return { status: 'completed', result: toResult(catalogue, result) };
  } catch (err) {
    return toFailure(err);
  }
}

function toResult(catalogue: ModelCatalogue, { state, notice }: AgentLoopResult) {
  const model = state.model ?? '';
  const text = [...state.texts, ...(notice === undefined ? [] : [notice.message])].join('\n');
  return {
    text,
    model,
    usage: state.usage,
    cost_usd: costOf(catalogue, model, state.usage) ?? null,
  };
}

function toFailure(err: unknown): JobOutcome {
  const reason = err instanceof AppError ? (err.reason ?? err.code) : 'AGENT_FAILED';
  const error = { code: reason, message: err instanceof Error ? err.message : String(err) };
  return { status: TRANSIENT.has(reason) ? 'retry' : 'failed', error };
}
