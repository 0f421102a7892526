import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { z } from 'zod';
import { type Exchange, type Exchanges, openExchange } from './exchange.ts';
import { McpFault, restate } from './mcp-fault.ts';
import type { McpListing, McpSession } from './ports.ts';
import { readReply } from './read-reply.ts';
import { createToolList } from './read-tools.ts';
import { toFault } from './to-fault.ts';

/** The SDK's own time limit is never to be the shorter one; this is the longest that a timer takes. */
const NO_TIMEOUT_MS = 2 ** 31 - 1;
/** More are not asked for, whatever cursor a page gives. */
const MAX_PAGES = 20;

export interface SdkParts {
  readonly client: Client;
  readonly exchanges: Exchanges;
  /** Aborted with a McpFault when the connection is of no more use. */
  readonly closed: AbortSignal;
  readonly redact: (text: string) => string;
  readonly close: () => Promise<void>;
}

/** A session over an initialized client of the SDK. */
export function createSdkSession(parts: SdkParts): McpSession {
  return {
    closed: parts.closed,
    async call({ tool, arguments: args }, signal) {
      const asked = { method: 'tools/call' as const, params: { name: tool, arguments: args } };
      const result = await exchange(parts, { asked, signal });
      return readReply(result, parts.redact);
    },
    listTools: (signal) => listTools(parts, signal),
    [Symbol.asyncDispose]: parts.close,
  };
}

async function listTools(parts: SdkParts, signal: AbortSignal): Promise<McpListing> {
  const { client } = parts;
  const list = createToolList();
  if (client.getServerCapabilities()?.tools !== undefined) {
    let cursor: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const params = cursor === undefined ? {} : { cursor };
      cursor = list.add(
        await exchange(parts, { asked: { method: 'tools/list' as const, params }, signal }),
      );
      if (cursor === undefined) break;
    }
  }
  const { name, version } = client.getServerVersion() ?? {};
  return {
    tools: [...list.tools],
    warnings: [...list.warnings],
    ...(name !== undefined && { serverName: name.slice(0, 200) }),
    ...(version !== undefined && { serverVersion: version.slice(0, 200) }),
  };
}

interface Asked {
  readonly asked: Parameters<Client['request']>[0];
  readonly signal: AbortSignal;
}

/** One request and its answer, unchecked. Throws McpFault. */
async function exchange(parts: SdkParts, { asked, signal }: Asked): Promise<unknown> {
  const { client, redact } = parts;
  try {
    return await runExchange(parts, signal, (options) =>
      client.request(asked, z.unknown(), options),
    );
  } catch (err) {
    // The words are the server's.
    if (err instanceof McpFault) throw restate(err, { message: redact(err.message) });
    throw err;
  }
}

/** What the SDK is told of a request. */
interface RequestOptions {
  readonly signal: AbortSignal;
  readonly timeout: number;
  readonly onresumptiontoken: () => void;
}

/** Runs what makes one request, and ends all that runs for it with it. Throws McpFault. */
export async function runExchange<Result>(
  { exchanges, closed }: Pick<SdkParts, 'exchanges' | 'closed'>,
  signal: AbortSignal,
  work: (options: RequestOptions) => Promise<Result>,
): Promise<Result> {
  using open = openExchange();
  const { exchange } = open;
  // NOTE: the SDK listens to its signal for ever, and would call off what has ended long since.
  const inner = new AbortController();
  using _stop = onAbort(signal, () => inner.abort(signal.reason));
  using _closed = onAbort(closed, () =>
    exchange.fail(toFault(closed.reason, { exchange, signal, closed })),
  );
  let isAnswered = false;
  try {
    signal.throwIfAborted();
    const options = toOptions(exchange, inner.signal);
    const answer = exchanges.run(exchange, () => work(options));
    const settle = (): void => {
      isAnswered = true;
    };
    answer.then(settle, settle);
    return await Promise.race([answer, open.failed]);
  } catch (err) {
    const fault = toFault(err, { exchange, signal, closed });
    if (!isAnswered) inner.abort(fault);
    throw fault;
  }
}

/** Calls at once for a signal that is aborted already. */
function onAbort(signal: AbortSignal, listener: () => void): Disposable {
  if (signal.aborted) listener();
  signal.addEventListener('abort', listener);
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', listener) };
}

function toOptions(exchange: Exchange, signal: AbortSignal): RequestOptions {
  return {
    signal,
    timeout: NO_TIMEOUT_MS,
    onresumptiontoken: () => {
      exchange.isResumable = true;
    },
  };
}
