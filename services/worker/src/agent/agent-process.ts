import {
  type AgentLoopResult,
  costOf,
  createAnthropicModel,
  EXECUTE_CODE,
  ExecuteCodeInput,
  ModelCatalogue,
  refuseInput,
  runAgentLoop,
  type Tool,
  toCodeAnswer,
} from '@bakerst/agent';
import type { JobOutcome, SandboxEnvelope } from '@bakerst/contracts';
import { AppError, createLogger, type Logger, systemClock } from '@bakerst/kit';
import { createSecrets } from '@bakerst/kit/secrets';
import { type FromAgent, ToAgent } from './agent-messages.ts';

// The process of one agent: a bounded loop of the model. Its worker runs the code that the model writes.

/** Failures that may have passed by the next attempt. */
const TRANSIENT: ReadonlySet<string | undefined> = new Set([
  'UPSTREAM_UNAVAILABLE',
  'MODEL_REPLY_CUT',
]);

type Order = Extract<ToAgent, { type: 'order' }>;

const waiting = new Map<number, (envelope: SandboxEnvelope) => void>();
let calls = 0;

process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
process.on('message', (message) => {
  const told = ToAgent.parse(message);
  if (told.type === 'order') void work(told).then((outcome) => tell({ type: 'ended', outcome }));
  else waiting.get(told.call)?.(told.envelope);
});

function tell(message: FromAgent): void {
  process.send?.(message);
}

function runCode(source: string): Promise<SandboxEnvelope> {
  const call = ++calls;
  const { promise, resolve } = Promise.withResolvers<SandboxEnvelope>();
  waiting.set(call, resolve);
  tell({ type: 'run_code', call, source });
  return promise.finally(() => waiting.delete(call));
}

const executeCode: Tool = {
  definition: EXECUTE_CODE,
  async run(input, { recorded }) {
    const parsed = ExecuteCodeInput.safeParse(input);
    if (!parsed.success) return refuseInput(input, parsed.error);
    await recorded;
    return toCodeAnswer(await runCode(parsed.data.code));
  },
};

/** A log of its own beside the worker's, which does not show the credential. */
function openLog({ config, fields, logLevel }: Order): Logger {
  const { apiKey = '', authToken = '' } = config.connection;
  const secrets = createSecrets([apiKey, authToken]);
  return createLogger({ service: 'worker', level: logLevel, secrets }).child(fields);
}

async function work(order: Order): Promise<JobOutcome> {
  const { config, job } = order;
  try {
    const catalogue = ModelCatalogue.parse(JSON.parse(config.catalogue));
    const result = await runAgentLoop(
      {
        model: createAnthropicModel(config.connection, systemClock),
        catalogue,
        tools: [executeCode],
        log: openLog(order),
        record: async () => undefined,
        emit: () => undefined,
      },
      {
        base: {
          model: config.model,
          maxTokens: config.maxTokens,
          system: { stable: config.systemPrompt, changing: '' },
          tools: [EXECUTE_CODE],
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
