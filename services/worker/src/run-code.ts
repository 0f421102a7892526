import type { JobDispatch, JobOutcome, SandboxEnvelope } from '@bakerst/contracts';
import type { Sandbox } from './sandbox/sandbox.ts';

/** Executes a code job. Whatever the code does is an answer: only its value counts as completed. */
export async function runCode(
  sandbox: Pick<Sandbox, 'run'>,
  dispatch: JobDispatch,
  signal: AbortSignal,
): Promise<JobOutcome> {
  const envelope = await sandbox.run(
    {
      user: `${dispatch.org}/${dispatch.user}`,
      source: dispatch.code,
      timeoutMs: dispatch.timeoutMs,
    },
    { signal },
  );
  return toOutcome(envelope);
}

function toOutcome(envelope: SandboxEnvelope): JobOutcome {
  if (envelope.ok) return { status: 'completed', result: envelope };
  const { code, message } = envelope;
  return { status: 'failed', error: { code, message }, result: envelope };
}
