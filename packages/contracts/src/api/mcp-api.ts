import { z } from 'zod';
import {
  McpServersView,
  McpServerWrite,
  McpToolPatch,
  McpToolsView,
  McpToolView,
} from '../mcp-admin.ts';
import { endpoint } from './endpoint.ts';
import { Flag } from './query.ts';

const SERVERS = '/api/v1/admin/orgs/{org}/mcp-servers';
const TOOLS = `${SERVERS}/{serverId}/tools`;

const changed = {
  path: SERVERS,
  tag: 'tools',
  answers: { 200: McpServersView },
  errors: ['NOT_FOUND'],
} as const;

export const mcpApi = {
  listMcpServers: endpoint({
    method: 'get',
    path: SERVERS,
    tag: 'tools',
    summary: 'The MCP servers of an org; with `discover` each is asked for its tools first',
    query: z.strictObject({ discover: Flag.optional() }),
    answers: { 200: McpServersView },
    errors: ['NOT_FOUND'],
  }),
  replaceMcpServers: endpoint({
    ...changed,
    method: 'put',
    summary: 'Makes these the MCP servers of an org',
    body: z.array(McpServerWrite),
  }),
  putMcpServer: endpoint({
    ...changed,
    method: 'post',
    summary: 'Adds an MCP server, or takes it for the one of the same id',
    body: McpServerWrite,
  }),
  removeMcpServer: endpoint({
    ...changed,
    method: 'delete',
    path: `${SERVERS}/{serverId}`,
    summary: 'Takes an MCP server away, with what is known of its tools',
  }),
  listMcpTools: endpoint({
    method: 'get',
    path: TOOLS,
    tag: 'tools',
    summary: 'The tools of an MCP server, as it described them',
    answers: { 200: McpToolsView },
    errors: ['NOT_FOUND'],
  }),
  changeMcpTool: endpoint({
    method: 'put',
    path: `${TOOLS}/{tool}`,
    tag: 'tools',
    summary: 'Says whether a tool may be called, and accepts its changed definition',
    body: McpToolPatch,
    answers: { 200: McpToolView },
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
} as const;
