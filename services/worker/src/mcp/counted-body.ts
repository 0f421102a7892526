import type { IncomingMessage } from 'node:http';
import { McpLimits } from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import { tooLarge } from './check-response.ts';
import type { Exchange } from './exchange.ts';
import { McpFault } from './mcp-fault.ts';

/** What a server may send of its own accord over one connection. */
const UNASKED_BYTES = 16 * 1024 * 1024;
/** An answer that has ended without a result is given this time to be read. */
const READ_MS = 250;

/** Watches a body while it streams. */
export interface BodyCounter {
  /** Throws when it becomes too much. */
  add(bytes: number): void;
  /** The body has ended, or broken off with `err`. */
  end(err?: unknown): void;
}

/** Of the streams that belong to a request; ends that when they become too long, or end without a result. */
export function countAnswer(exchange: Exchange, clock: Clock): BodyCounter {
  return {
    add(bytes) {
      exchange.receivedBytes += bytes;
      if (exchange.receivedBytes <= McpLimits.answerBytes) return;
      const fault = tooLarge();
      exchange.fail(fault);
      throw fault;
    },
    end(err) {
      // The SDK picks a numbered stream up where it broke off.
      if (exchange.isResumable) return;
      const fault =
        err === undefined
          ? new McpFault(
              { code: 'MCP_PROTOCOL_ERROR', status: 'unknown' },
              'the answer ended without a result to this request',
            )
          : new McpFault(
              { code: 'MCP_UNREACHABLE', status: 'unknown' },
              'the server broke off in the middle of its answer',
              { cause: err },
            );
      clock.after(READ_MS, () => exchange.fail(fault));
    },
  };
}

/** Of all other streams of a connection together. */
export function countUnasked(onEnd: (fault: McpFault) => void): BodyCounter {
  let receivedBytes = 0;
  return {
    add(bytes) {
      receivedBytes += bytes;
      if (receivedBytes <= UNASKED_BYTES) return;
      const fault = new McpFault(
        { code: 'MCP_RESPONSE_TOO_LARGE', status: 'unknown' },
        `the server sends more than ${UNASKED_BYTES} bytes unasked`,
      );
      onEnd(fault);
      throw fault;
    },
    end: () => undefined,
  };
}

/** The body as the SDK reads it; whoever reads no further closes the connection. */
export function toStream(
  incoming: IncomingMessage,
  counter: BodyCounter,
): ReadableStream<Uint8Array> {
  const chunks = incoming.iterator({ destroyOnReturn: true });
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { value, done } = await chunks.next();
          if (done === true) {
            controller.close();
            counter.end();
            return;
          }
          const chunk = Buffer.from(value);
          counter.add(chunk.length);
          controller.enqueue(chunk);
        } catch (err) {
          incoming.destroy();
          controller.error(err);
          counter.end(err);
        }
      },
      cancel: () => void incoming.destroy(),
    },
    { highWaterMark: 0 },
  );
}
