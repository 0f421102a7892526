import { AppError, type Logger } from '@bakerst/kit';
import { z } from 'zod';
import type { RouteCall } from '../http/route.ts';
import type { AssistantTool, ToolCaller } from './ports.ts';

export interface AnswerMcpDeps {
  readonly tools: readonly AssistantTool[];
  readonly version: string;
  /** Aborted when this process ends. */
  readonly ending: AbortSignal;
  readonly log: Logger;
}

/** Loaded with the first request: few need it, and it weighs several megabytes. */
async function loadSdk() {
  const [{ Server }, { StreamableHTTPServerTransport }, types] = await Promise.all([
    import('@modelcontextprotocol/sdk/server/index.js'),
    import('@modelcontextprotocol/sdk/server/streamableHttp.js'),
    import('@modelcontextprotocol/sdk/types.js'),
  ]);
  return { Server, StreamableHTTPServerTransport, ...types };
}

/** A client of the protocol takes either. */
const MEDIA = ['application/json', 'text/event-stream'];

type Extra = { readonly sendNotification: (told: Progress) => Promise<void> };

interface Progress {
  readonly method: 'notifications/progress';
  readonly params: { progressToken: string | number; progress: number; message: string };
}

/** Answers one request of an MCP client, over Streamable HTTP. Nothing is kept between two of them, so any brain can. */
export async function answerMcp(deps: AnswerMcpDeps, call: RouteCall): Promise<void> {
  const { Server, StreamableHTTPServerTransport, ...types } = await loadSdk();
  requireMcp(types, call);
  const server = new Server(
    { name: 'bakerst', version: deps.version },
    { capabilities: { tools: {} } },
  );
  server.setRequestHandler(types.ListToolsRequestSchema, async () => ({
    tools: deps.tools.map(describe),
  }));
  server.setRequestHandler(types.CallToolRequestSchema, async ({ params }, extra) => {
    const { name, arguments: args = {}, _meta: meta } = params;
    const tool = deps.tools.find((known) => known.name === name);
    if (tool === undefined)
      throw new types.McpError(types.ErrorCode.InvalidParams, `there is no tool ${name}`);
    const signal = AbortSignal.any([extra.signal, deps.ending]);
    const progress = toProgress(extra, meta?.progressToken);
    const { principal, requestId } = call;
    return await callTool(deps, { tool, args }, { principal, requestId, signal, progress });
  });
  const transport = new StreamableHTTPServerTransport();
  call.response.on('close', () => void server.close());
  await server.connect(transport);
  await transport.handleRequest(call.request, call.response, call.body);
}

type Types = Pick<
  Awaited<ReturnType<typeof loadSdk>>,
  'JSONRPCMessageSchema' | 'SUPPORTED_PROTOCOL_VERSIONS'
>;

/** What the transport would refuse in its own words is refused as it is everywhere in this API. */
function requireMcp(types: Types, { request, body }: RouteCall): void {
  const accepted = request.get('accept') ?? '';
  if (!MEDIA.every((type) => accepted.includes(type)))
    throw new AppError('VALIDATION_ERROR', `Accept must name ${MEDIA.join(' and ')}`, {
      reason: 'NOT_ACCEPTABLE',
      status: 406,
    });
  const version = request.get('mcp-protocol-version');
  if (version !== undefined && !types.SUPPORTED_PROTOCOL_VERSIONS.includes(version))
    throw new AppError(
      'VALIDATION_ERROR',
      `MCP-Protocol-Version must be one of ${types.SUPPORTED_PROTOCOL_VERSIONS.join(', ')}`,
      { reason: 'INVALID_FIELD' },
    );
  if (!types.JSONRPCMessageSchema.safeParse(body).success)
    throw new AppError('VALIDATION_ERROR', 'the body must be one message of JSON-RPC 2.0', {
      reason: 'INVALID_BODY',
    });
}

function describe({ name, description, schema, annotations }: AssistantTool) {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return { name, description, inputSchema: { ...rest, type: 'object' as const }, annotations };
}

/** Whoever waits for a long answer is told that there is one, where it has asked for that. */
function toProgress(
  { sendNotification }: Extra,
  progressToken: string | number | undefined,
): ToolCaller['progress'] {
  let progress = 0;
  return (message) => {
    if (progressToken === undefined) return;
    const params = { progressToken, progress: ++progress, message };
    // A client that has gone away needs no progress.
    sendNotification({ method: 'notifications/progress', params }).catch(() => undefined);
  };
}

interface NamedCall {
  readonly tool: AssistantTool;
  readonly args: unknown;
}

/** What goes wrong is an answer too: whoever called reads it, and may do better. */
async function callTool({ log }: AnswerMcpDeps, { tool, args }: NamedCall, caller: ToolCaller) {
  const parsed = tool.schema.safeParse(args);
  if (!parsed.success) return toFailure(`VALIDATION_ERROR: ${z.prettifyError(parsed.error)}`);
  try {
    const result = await tool.call(parsed.data, caller);
    return {
      content: [{ type: 'text' as const, text: JSON.stringify(result) }],
      structuredContent: { ...result },
    };
  } catch (err) {
    if (err instanceof AppError) return toFailure(`${err.reason ?? err.code}: ${err.message}`);
    log.error(
      { err, tool: tool.name, requestId: caller.requestId },
      'tool of the assistant failed',
    );
    return toFailure('INTERNAL_ERROR: something went wrong here');
  }
}

function toFailure(text: string) {
  return { content: [{ type: 'text' as const, text }], isError: true };
}
