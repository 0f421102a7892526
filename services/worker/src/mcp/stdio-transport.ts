import { isDeeperThan, McpLimits } from '@bakerst/contracts';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import type { Exchange, Exchanges } from './exchange.ts';
import { createLineReader } from './line-reader.ts';
import { connectionClosed, McpFault } from './mcp-fault.ts';
import { ANSWER_MAX_DEPTH } from './read-reply.ts';
import type { StdioProcess } from './stdio-process.ts';

/** What a server may send between two answers; one that sends more is killed. */
const FLOOD_BYTES = 4 * 1024 * 1024;

/** The one notification that means something here. */
const CHANGED = 'notifications/tools/list_changed';

interface StdioTransportParts {
  readonly process: StdioProcess;
  readonly exchanges: Exchanges;
  /** Of the SDK; throws for what is no message. */
  readonly parse: (value: unknown) => JSONRPCMessage;
  /** Told once why the connection is of no more use. */
  readonly onEnd: (fault: McpFault) => void;
}

/** Speaks JSON-RPC by lines with the process of a server (transport `stdio` of MCP). */
export function createStdioTransport(parts: StdioTransportParts): Transport {
  const { process, exchanges, onEnd } = parts;
  const pending = new Map<number, Exchange>();
  const transport: Transport = {
    async start() {
      listen(parts, transport, pending);
      void process.ended.then((code) => {
        onEnd(crashed(code));
        transport.onclose?.();
      });
    },
    async send(message) {
      const exchange = exchanges.current();
      if (!process.stdin.writable) throw crashed(undefined);
      if (exchange !== undefined && 'method' in message && 'id' in message) {
        const id = Number(message.id);
        pending.set(id, exchange);
        exchange.over.addEventListener('abort', () => pending.delete(id));
        exchange.hasLeft = true;
      }
      process.stdin.write(`${JSON.stringify(message)}\n`);
    },
    async close() {
      onEnd(connectionClosed());
      transport.onclose?.();
      await process[Symbol.asyncDispose]();
    },
  };
  return transport;
}

function crashed(code: number | undefined): McpFault {
  const how = code === undefined ? '' : ` with exit code ${code}`;
  return new McpFault(
    { code: 'MCP_SERVER_CRASHED', status: 'unreached' },
    `the process of the server has ended${how}`,
  );
}

/** Requests that wait for an answer, by their id. */
type Pending = Map<number, Exchange>;

function listen(parts: StdioTransportParts, transport: Transport, pending: Pending): void {
  const { process, onEnd } = parts;
  let receivedBytes = 0;
  const take = (line: string): void => {
    if (line.trim() === '') return;
    const message = readMessage(parts, line, pending);
    if (message === undefined) return;
    if (isAnswer(message, pending)) receivedBytes = 0;
    transport.onmessage?.(message);
  };
  const reader = createLineReader({
    maxBytes: McpLimits.answerBytes,
    onLine: take,
    onOverlong: (head, tail) => addressee(head, tail, pending)?.fail(tooLarge()),
  });
  process.stdout.on('data', (chunk: Buffer) => {
    receivedBytes += chunk.length;
    reader.push(chunk);
    if (receivedBytes <= FLOOD_BYTES) return;
    // Whoever waits alone is the one it is sent to.
    if (reader.isOverlong()) onlyOne(pending)?.fail(tooLarge());
    process.stdout.removeAllListeners('data').resume();
    onEnd(tooLarge('unknown'));
    void process[Symbol.asyncDispose]();
  });
}

function tooLarge(status: 'failed' | 'unknown' = 'failed'): McpFault {
  return new McpFault(
    { code: 'MCP_RESPONSE_TOO_LARGE', status },
    `the server sends more than ${McpLimits.answerBytes} bytes`,
  );
}

/** Undefined for what is no message; whoever waits for it is told. */
function readMessage(
  { parse }: StdioTransportParts,
  line: string,
  pending: Pending,
): JSONRPCMessage | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (isChatter(value)) return undefined;
    if (!isDeeperThan(ANSWER_MAX_DEPTH, value)) return parse(value);
    addressee(line.slice(0, 256), line.slice(-256), pending)?.fail(
      new McpFault(
        { code: 'MCP_PROTOCOL_ERROR', status: 'failed' },
        `the answer is nested more than ${ANSWER_MAX_DEPTH} deep`,
      ),
    );
    return undefined;
  } catch {
    // NOTE: many servers print something for people, too.
    return undefined;
  }
}

/** What nobody listens to, mostly a log: to check it as a message would cost a hundred times as much. */
function isChatter(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('method' in value)) return false;
  const { method } = value;
  return typeof method === 'string' && method.startsWith('notifications/') && method !== CHANGED;
}

function isAnswer(message: JSONRPCMessage, pending: Pending): boolean {
  return !('method' in message) && 'id' in message && pending.has(Number(message.id));
}

/** Who waits for a line of which only the edges are known: servers write the id at the beginning or at the end. */
function addressee(head: string, tail: string, pending: Pending): Exchange | undefined {
  const id = /^.{0,32}"id":\s*(\d+)/.exec(head)?.[1] ?? /"id":\s*(\d+)[\s}]*$/.exec(tail)?.[1];
  return (id === undefined ? undefined : pending.get(Number(id))) ?? onlyOne(pending);
}

function onlyOne(pending: Pending): Exchange | undefined {
  return pending.size === 1 ? pending.values().next().value : undefined;
}
