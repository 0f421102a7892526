import type { JobOutcome, SandboxEnvelope } from '@bakerst/contracts';
import type { Executor } from '../executor.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { CallSession, type CallSessionDeps } from './call-session.ts';

export interface CodeExecutorDeps extends CallSessionDeps {
  readonly sandbox: Pick<Sandbox, 'run'>;
}

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
    const patienceMs = Math.max(0, spec.timeoutMs - envelope.duration_ms);
    const unknown = await session.finish(patienceMs, envelope.ok);
    if (session.isDecided) return { status: 'returned' };
    if (!envelope.ok && session.mayHaveActed) return toUnknown(envelope, unknown);
    return toOutcome(envelope);
  };
}

/** A call that must not be made twice has been begun, and the code did not live to tell what came of it. */
function toUnknown(
  { code, message }: Extract<SandboxEnvelope, { ok: false }>,
  names: readonly string[],
): JobOutcome {
  const what = names.length === 0 ? 'a tool that it called' : names.join(', ');
  return {
    status: 'unknown',
    error: {
      code: 'OUTCOME_UNKNOWN',
      message: `the code ended (${code}: ${message}) in the middle of ${what}: whether this took effect is not known`,
    },
  };
}

function toOutcome(envelope: SandboxEnvelope): JobOutcome {
  if (envelope.ok) return { status: 'completed', result: envelope };
  const { code, message } = envelope;
  return { status: 'failed', error: { code, message }, result: envelope };
}
