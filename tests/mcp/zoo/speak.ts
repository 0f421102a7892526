import { createInterface } from 'node:readline';

/** A request or a notification, as it stands on a line. */
export interface Message {
  readonly id?: number | string;
  readonly method: string;
  readonly params?: {
    readonly name?: string;
    readonly arguments?: Readonly<Record<string, unknown>>;
    readonly cursor?: string;
  };
}

interface Manners {
  readonly tools?: () => readonly object[];
  /** What a call comes to; undefined: nothing is answered. */
  readonly call: (message: Message) => object | undefined | Promise<object>;
  /** Sees every message first. */
  readonly hear?: (message: Message) => void;
}

export function send(message: object): void {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
}

export function text(words: string): object {
  return { content: [{ type: 'text', text: words }] };
}

export function plainTool(name: string): object {
  return { name, description: `Does ${name}.`, inputSchema: { type: 'object' } };
}

/** A server over standard streams that knows no more of the protocol than it must. */
export function speak({ tools = () => [plainTool('go')], call, hear }: Manners): void {
  const results: Readonly<Record<string, Manners['call']>> = {
    initialize: () => ({
      protocolVersion: '2025-06-18',
      capabilities: { tools: { listChanged: true } },
      serverInfo: { name: 'zoo', version: '1' },
    }),
    'tools/list': () => ({ tools: tools() }),
    'tools/call': call,
  };
  createInterface({ input: process.stdin }).on('line', (line) => {
    const message: Message = JSON.parse(line);
    hear?.(message);
    if (message.id === undefined) return;
    void answer(message, results[message.method]?.(message));
  });
}

async function answer({ id }: Message, coming: ReturnType<Manners['call']>): Promise<void> {
  const result = await coming;
  if (result !== undefined) send({ id, result });
}
