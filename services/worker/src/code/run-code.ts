import type { JobOutcome, SandboxEnvelope } from '@bakerst/contracts';
import type { Executor } from '../executor.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { CallSession, type CallSessionDeps } from './call-session.ts';

export interface CodeExecutorDeps extends CallSessionDeps {
  readonly sandbox: Pick<Sandbox, 'run'>;
}

const UNKNOWN: JobOutcome = {
  status: 'unknown',
  error: { code: 'OUTCOME_UNKNOWN', message: 'stopped in the middle of what must not be repeated' },
};

/**
 * Executes code jobs. Whatever the code does is an answer: only its value counts as completed. Time and chance are those
 * of the job, the same in each of its attempts.
 */
export function createCodeExecutor(deps: CodeExecutorDeps): Executor<'code'> {
  return async (attempt) => {
    const { dispatch, spec, signal } = attempt;
    const session = new CallSession(deps, attempt);
    const envelope = await deps.sandbox.run(
      {
        user: `${dispatch.org}/${dispatch.user}`,
        source: spec.code,
        requestId: dispatch.requestId,
        timeoutMs: spec.timeoutMs,
        startsAt: dispatch.createdAt,
        chance: dispatch.jobId,
      },
      { signal, tools: session },
    );
    const unknown = await session.finish(Math.max(0, spec.timeoutMs - envelope.duration_ms));
    if (session.isDecided) return { status: 'returned' };
    if (signal.aborted && session.mayHaveActed) return UNKNOWN;
    return toOutcome(withWarning(envelope, unknown, deps.clock.now()));
  };
}

function withWarning(
  envelope: SandboxEnvelope,
  unknown: readonly string[],
  timestamp: number,
): SandboxEnvelope {
  if (unknown.length === 0) return envelope;
  const message = `not known whether these took effect: ${unknown.join(', ')}`;
  return { ...envelope, logs: [...envelope.logs, { level: 'warn', message, timestamp }] };
}

function toOutcome(envelope: SandboxEnvelope): JobOutcome {
  if (envelope.ok) return { status: 'completed', result: envelope };
  const { code, message } = envelope;
  return { status: 'failed', error: { code, message }, result: envelope };
}
