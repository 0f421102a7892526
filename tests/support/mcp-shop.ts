import { createServer } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  ListToolsRequestSchema,
  type Tool,
} from '@modelcontextprotocol/sdk/types.js';
import { close, listen } from '../faults/harness/listen.ts';

/** A call that a tool has had. */
interface ShopCall {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** A real MCP server over Streamable HTTP, with a shop behind it. */
export interface McpShop extends AsyncDisposable {
  readonly host: string;
  readonly url: string;
  readonly calls: readonly ShopCall[];
  /** Resolves once a tool has had so many calls. */
  until(tool: string, count: number): Promise<void>;
}

/**
 * `stock` may be repeated, `order` may not; both take `ms` until they answer. `list` gives many items, `large` a text of 700,000 characters, `picture` sends an
 * image, `costly` says that it has made 50 calls behind this one, and `broken` fails.
 */
export async function openMcpShop(): Promise<McpShop> {
  const calls: ShopCall[] = [];
  const watchers = new Set<() => void>();
  const note = (tool: string, args: ShopCall['args']): number => {
    calls.push({ tool, args });
    for (const watch of watchers) watch();
    return calls.filter((call) => call.tool === tool).length;
  };
  const server = createServer(async (request, response) => {
    const mcp = createShop(note);
    const transport = new StreamableHTTPServerTransport();
    response.on('close', () => void mcp.close());
    await mcp.connect(transport);
    await transport.handleRequest(request, response);
  });
  const port = await listen(server);
  const host = `127.0.0.1:${port}`;
  return {
    host,
    url: `http://${host}/mcp`,
    calls,
    until(tool, count) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const watch = (): void => {
        if (calls.filter((call) => call.tool === tool).length >= count) resolve();
      };
      watchers.add(watch);
      watch();
      return promise.finally(() => watchers.delete(watch));
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await close(server);
    },
  };
}

type Note = (tool: string, args: ShopCall['args']) => number;

const inputSchema = {
  type: 'object' as const,
  properties: { item: { type: 'string' }, ms: { type: 'number' } },
};

const TOOLS: readonly Tool[] = [
  { name: 'order', description: 'Orders one.', inputSchema },
  ...['stock', 'list', 'large', 'picture', 'costly', 'broken'].map((name) => ({
    name,
    description: `Tells of the ${name}.`,
    inputSchema,
    annotations: { readOnlyHint: true },
  })),
];

function createShop(note: Note): Server {
  const shop = new Server({ name: 'shop', version: '1.0.0' }, { capabilities: { tools: {} } });
  shop.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: [...TOOLS] }));
  shop.setRequestHandler(CallToolRequestSchema, async ({ params: { name, arguments: args } }) => {
    const count = note(name, args ?? {});
    await delay(Number(args?.['ms'] ?? 0));
    return answer(name, { item: args?.['item'], count });
  });
  return shop;
}

function answer(
  name: string,
  { item, count }: { readonly item: unknown; readonly count: number },
): CallToolResult {
  const tell = (value: unknown): CallToolResult => ({
    content: [{ type: 'text', text: typeof value === 'string' ? value : JSON.stringify(value) }],
  });
  switch (name) {
    case 'stock': {
      const structuredContent = { item, left: 100 - count };
      return { ...tell(structuredContent), structuredContent };
    }
    case 'order':
      return tell(`order ${count}`);
    case 'list':
      return tell(Array.from({ length: 500 }, (_, n) => ({ item: `tea ${n}`, price: n })));
    case 'large':
      return tell('x'.repeat(700_000));
    case 'picture':
      return { content: [{ type: 'image', data: 'AAAA', mimeType: 'image/png' }] };
    case 'costly':
      return { ...tell('asked'), _meta: { downstream_api_calls: 50 } };
    default:
      return { ...tell('no tea'), isError: true };
  }
}
