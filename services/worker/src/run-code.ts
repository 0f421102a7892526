import type { JobOutcome, SandboxEnvelope } from '@bakerst/contracts';
import type { Executor } from './executor.ts';
import type { Sandbox } from './sandbox/sandbox.ts';

/** Executes code jobs. Whatever the code does is an answer: only its value counts as completed. */
export function createCodeExecutor(sandbox: Pick<Sandbox, 'run'>): Executor<'code'> {
  return async ({ dispatch, spec, signal }) => {
    const envelope = await sandbox.run(
      {
        user: `${dispatch.org}/${dispatch.user}`,
        source: spec.code,
        requestId: dispatch.requestId,
        timeoutMs: spec.timeoutMs,
      },
      { signal },
    );
    return toOutcome(envelope);
  };
}

function toOutcome(envelope: SandboxEnvelope): JobOutcome {
  if (envelope.ok) return { status: 'completed', result: envelope };
  const { code, message } = envelope;
  return { status: 'failed', error: { code, message }, result: envelope };
}
