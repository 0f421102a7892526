import { z } from 'zod';
import { endpoint } from './endpoint.ts';

/** What is said in JSON-RPC 2.0; which methods there are is for the protocol to say. */
export const JsonRpc = z.looseObject({ jsonrpc: z.literal('2.0') }).meta({ id: 'JsonRpc' });
export type JsonRpc = z.infer<typeof JsonRpc>;

export const assistantApi = {
  mcp: endpoint({
    method: 'post',
    path: '/mcp',
    tag: 'mcp',
    summary: 'The assistant as an MCP server (Streamable HTTP, without sessions)',
    body: JsonRpc,
    answers: { 200: { media: 'text/event-stream', schema: JsonRpc }, 202: { media: 'none' } },
  }),
} as const;
