import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { JobOutcome, type ModelConfig } from '@bakerst/contracts';
import type { Logger } from '@bakerst/kit';
import type { Executor } from '../executor.ts';
import type { AgentOrder } from './agent-process.ts';

export interface AgentExecutorDeps {
  /** Asks a brain; throws when none answers. */
  readonly readModelConfig: () => Promise<ModelConfig>;
  /** Environment of the process: how to get out, and no secret. */
  readonly env: Readonly<Record<string, string>>;
  readonly log: Logger;
}

const PROGRAM = join(import.meta.dirname, 'agent-process.ts');
/** One bounded loop of a model; a process that says nothing for so long never will. */
const TIMEOUT_MS = 10 * 60_000;

/**
 * Executes agent jobs: a bounded loop of the model with SOUL.md and WORKER.md, and no tool at all. It runs in a process
 * of its own, because the model's client would double what an idle worker weighs; that ends with the worker.
 */
export function createAgentExecutor(deps: AgentExecutorDeps): Executor<'agent'> {
  return async ({ spec, signal }) => {
    let config: ModelConfig;
    try {
      config = await deps.readModelConfig();
    } catch (err) {
      deps.log.warn({ err }, 'no model for an agent');
      return retry('MODEL_UNKNOWN', 'no brain said which model to ask');
    }
    return await runInProcess({ config, job: spec.job }, { env: deps.env, signal });
  };
}

interface ProcessCall {
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

async function runInProcess(order: AgentOrder, { env, signal }: ProcessCall): Promise<JobOutcome> {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const child = fork(PROGRAM, {
    env,
    execArgv: ['--conditions=bakerst-source', '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    signal: stop,
    killSignal: 'SIGKILL',
  });
  const ended = once(child, 'exit').then(
    () => undefined,
    () => undefined,
  );
  try {
    child.send(order, () => undefined);
    const answer = await Promise.race([once(child, 'message').then(([said]) => said), ended]);
    const outcome = JobOutcome.safeParse(answer);
    if (outcome.success) return outcome.data;
    return retry('AGENT_ENDED', 'the process of the agent ended without an answer');
  } catch (err) {
    return retry('AGENT_ENDED', String(err));
  } finally {
    child.kill('SIGKILL');
  }
}

function retry(code: string, message: string): JobOutcome {
  return { status: 'retry', error: { code, message } };
}
