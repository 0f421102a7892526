import {
  Api,
  type McpServersView,
  type McpServerWrite,
  type McpToolPatch,
  type McpToolsView,
  type McpToolView,
} from '@bakerst/contracts';
import type { z } from 'zod';
import type { Call } from './create-call.ts';

/** MCP servers of an org and their tools, for its administrators. */
export interface McpMethods {
  /** `discover`: each server is asked for its tools first, which takes ten seconds at most. */
  listMcpServers(org: string, query?: { readonly discover?: boolean }): Promise<McpServersView>;
  /** Makes these the servers of the org: others go. */
  replaceMcpServers(
    org: string,
    servers: readonly z.input<typeof McpServerWrite>[],
  ): Promise<McpServersView>;
  /** Adds a server, or takes it for the one of the same id. */
  putMcpServer(org: string, server: z.input<typeof McpServerWrite>): Promise<McpServersView>;
  removeMcpServer(org: string, serverId: string): Promise<McpServersView>;
  listMcpTools(org: string, serverId: string): Promise<McpToolsView>;
  changeMcpTool(
    org: string,
    named: { readonly server: string; readonly tool: string },
    change: z.input<typeof McpToolPatch>,
  ): Promise<McpToolView>;
}

export function createMcpMethods(call: Call): McpMethods {
  return {
    listMcpServers: (org, query) =>
      call.json(Api.listMcpServers, { params: { org }, query: { ...query } }),
    replaceMcpServers: (org, body) => call.json(Api.replaceMcpServers, { params: { org }, body }),
    putMcpServer: (org, body) => call.json(Api.putMcpServer, { params: { org }, body }),
    removeMcpServer: (org, serverId) =>
      call.json(Api.removeMcpServer, { params: { org, serverId } }),
    listMcpTools: (org, serverId) => call.json(Api.listMcpTools, { params: { org, serverId } }),
    changeMcpTool: (org, { server, tool }, body) =>
      call.json(Api.changeMcpTool, { params: { org, serverId: server, tool }, body }),
  };
}
