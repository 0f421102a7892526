import type { JobOutcome, JobResult } from '@bakerst/contracts';

/** Of what the server takes as one message; the headers of a stored result are part of it. */
const HEADERS_BYTES = 1_024;

/**
 * A result as it is sent. One that the server would never take becomes a failure that says so: whoever tried again
 * would try for ever. `maxPayload`: what the server takes, in bytes.
 */
export function encodeResult(result: JobResult, maxPayload: number): Uint8Array {
  const bytes = Buffer.from(JSON.stringify(result));
  const maxBytes = maxPayload - HEADERS_BYTES;
  if (bytes.length <= maxBytes) return bytes;
  const outcome = tooLarge(bytes.length, maxBytes);
  return Buffer.from(JSON.stringify({ ...result, outcome } satisfies JobResult));
}

function tooLarge(bytes: number, maxBytes: number): JobOutcome {
  const message = `the job ran, but its result has ${bytes} bytes and at most ${maxBytes} can be sent`;
  return { status: 'failed', error: { code: 'RESULT_TOO_LARGE', message } };
}
