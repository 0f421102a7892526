import { closeSync, openSync, writeSync } from 'node:fs';
import type { ReceivedRequest } from '../server/received-request.ts';

/** A file of JSON lines, one for each request, written before its answer begins. */
export interface RequestLog extends Disposable {
  write(received: ReceivedRequest): void;
}

/** Appends; each line is written at once, so that it outlives a kill of this process. */
export function openRequestLog(path: string): RequestLog {
  const file = openSync(path, 'a');
  return {
    write({ index, receivedAt, headers, rawBody }) {
      writeSync(file, `${JSON.stringify({ index, receivedAt, headers, rawBody })}\n`);
    },
    [Symbol.dispose]: () => closeSync(file),
  };
}
