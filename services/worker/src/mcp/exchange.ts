import { AsyncLocalStorage } from 'node:async_hooks';
import { McpFault } from './mcp-fault.ts';

/** One request to a server and what is under way for it, below the SDK. */
export interface Exchange {
  /** Bytes of the request have been handed to a connection: an effect can no longer be ruled out. */
  hasLeft: boolean;
  /** The server has numbered its events: a stream that breaks off is picked up again. */
  isResumable: boolean;
  /** Bytes of the answer so far, over all its streams. */
  receivedBytes: number;
  /** Aborted when the request is over: whatever still runs for it ends. */
  readonly over: AbortSignal;
  /** Ends the request; later faults do nothing. */
  fail(fault: McpFault): void;
}

/** An exchange as whoever waits for it sees it. */
export interface OpenExchange extends Disposable {
  readonly exchange: Exchange;
  /** Rejects with the fault; never resolves. */
  readonly failed: Promise<never>;
}

/**
 * Tells the transport of a connection which request it works for: the SDK hands on neither that nor a way to end it.
 */
export interface Exchanges {
  run<Result>(exchange: Exchange, work: () => Result): Result;
  current(): Exchange | undefined;
}

export function createExchanges(): Exchanges {
  const storage = new AsyncLocalStorage<Exchange>();
  return {
    run: (exchange, work) => storage.run(exchange, work),
    current: () => storage.getStore(),
  };
}

export function openExchange(): OpenExchange {
  const over = new AbortController();
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => undefined);
  return {
    exchange: {
      hasLeft: false,
      isResumable: false,
      receivedBytes: 0,
      over: over.signal,
      fail: reject,
    },
    failed: promise,
    [Symbol.dispose]: () =>
      over.abort(new McpFault({ code: 'CANCELLED', status: 'unknown' }, 'the request is over')),
  };
}
