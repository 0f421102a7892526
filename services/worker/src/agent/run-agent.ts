import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { type JobOutcome, type ModelConfig, SandboxLimits } from '@bakerst/contracts';
import type { Clock, Logger } from '@bakerst/kit';
import type { Attempt, Executor } from '../executor.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { FromAgent, type ToAgent } from './agent-messages.ts';

export interface AgentExecutorDeps {
  /** Asks a brain; throws when none answers. */
  readonly readModelConfig: () => Promise<ModelConfig>;
  /** Where the code runs that the model writes. */
  readonly sandbox: Pick<Sandbox, 'run'>;
  /** Environment of the process: how to get out, and no secret. */
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Pick<Clock, 'after' | 'now'>;
  readonly log: Logger;
  /** Of the process, which writes into the same log. */
  readonly logLevel: string;
}

const PROGRAM = join(import.meta.dirname, 'agent-process.ts');
/** One bounded loop of a model; a process that says nothing for so long never will. */
const TIMEOUT_MS = 10 * 60_000;

/**
 * Executes agent jobs: a bounded loop of the model with SOUL.md and WORKER.md, and no tool that has an effect: it may run
 * code in the sandbox. It runs in a process of its own, because the model's client would double what an idle worker
 * weighs; that ends with the worker.
 */
export function createAgentExecutor(deps: AgentExecutorDeps): Executor<'agent'> {
  return async (attempt) => {
    let config: ModelConfig;
    try {
      config = await deps.readModelConfig();
    } catch (err) {
      deps.log.warn({ err, ...toFields(attempt) }, 'no model for an agent');
      return retry('MODEL_UNKNOWN', 'no brain said which model to ask');
    }
    const timeout = new AbortController();
    using _timer = deps.clock.after(TIMEOUT_MS, () => timeout.abort(new TimedOut()));
    const signal = AbortSignal.any([attempt.signal, timeout.signal]);
    return await runInProcess(deps, { ...attempt, signal }, config);
  };
}

function runInProcess(
  deps: AgentExecutorDeps,
  { dispatch, spec, signal }: Attempt<'agent'>,
  config: ModelConfig,
): Promise<JobOutcome> {
  const { promise: ended, resolve } = Promise.withResolvers<JobOutcome>();
  const child = fork(PROGRAM, {
    env: deps.env,
    execArgv: ['--conditions=bakerst-source', '--disable-warning=ExperimentalWarning'],
    // What it logs goes where its worker's log goes; what Node says by itself may hold anything.
    stdio: ['ignore', 'inherit', 'ignore', 'ipc'],
    signal,
    killSignal: 'SIGKILL',
  });
  const endEarly = (message: string): void => resolve(toEarlyEnd(signal, message));
  child.on('error', (err) => endEarly(err.message));
  child.on('exit', () => endEarly('the process of the agent ended without an answer'));
  child.on('message', (message) => {
    const told = FromAgent.safeParse(message);
    if (!told.success) return;
    if (told.data.type === 'ended') return resolve(told.data.outcome);
    const { call, source } = told.data;
    const { requestId } = dispatch;
    const user = `${dispatch.org}/${dispatch.user}`;
    void deps.sandbox
      .run(
        {
          user,
          source,
          requestId,
          timeoutMs: SandboxLimits.wallMs,
          startsAt: deps.clock.now(),
          chance: `${dispatch.jobId}/${call}`,
        },
        { signal },
      )
      .then((envelope) => tell(child, { type: 'code_ended', call, envelope }));
  });
  const fields = toFields({ dispatch });
  tell(child, { type: 'order', config, job: spec.job, fields, logLevel: deps.logLevel });
  return ended.finally(() => child.kill('SIGKILL'));
}

function toFields({ dispatch: { jobId, requestId } }: Pick<Attempt, 'dispatch'>) {
  return { jobId, requestId };
}

class TimedOut extends Error {
  constructor() {
    super(`the agent did not end within ${TIMEOUT_MS / 60_000} minutes`);
  }
}

/** An agent that was too slow is not tried again: it would take as long, and be paid for once more. */
function toEarlyEnd({ reason }: AbortSignal, message: string): JobOutcome {
  if (reason instanceof TimedOut)
    return { status: 'failed', error: { code: 'TIMEOUT', message: reason.message } };
  return retry('AGENT_ENDED', message);
}

/** A process that is gone says so by its exit. */
function tell(child: ChildProcess, message: ToAgent): void {
  if (child.connected) child.send(message, () => undefined);
}

function retry(code: string, message: string): JobOutcome {
  return { status: 'retry', error: { code, message } };
}
