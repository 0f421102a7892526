import {
  Api,
  McpServersView,
  type McpServerWrite,
  McpToolPatch,
  McpToolsView,
  McpToolView,
  type OrgId,
} from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import { parseBody, parseQuery } from '../http/parse-input.ts';
import { type Route, type RouteCall, sendJson } from '../http/route.ts';
import type { TenantStore } from '../principals/ports.ts';
import { requireAdmin } from '../principals/require-admin.ts';
import { type DiscoverDeps, discoverAll } from './discover-servers.ts';
import type { StoredServer } from './mcp-server.ts';
import type { ServerChange, ServerStore, ToolStore } from './ports.ts';
import { readServer, readServers, toEntries } from './read-servers.ts';
import { toAskedView, toServerView, toToolView } from './server-view.ts';
import type { ServerRules } from './to-server-entry.ts';

export interface McpRoutesDeps {
  readonly servers: ServerStore;
  readonly tools: ToolStore;
  readonly tenants: TenantStore;
  readonly rules: ServerRules;
  readonly discover: DiscoverDeps;
  /** Lets everybody know who has to do with these servers. */
  readonly changed: (org: OrgId, change: ServerChange) => void;
}

/** BT-12, BT-13 and what belongs to tools; for whoever administers the org. */
export function createMcpRoutes(deps: McpRoutesDeps): readonly Route[] {
  const { tenants } = deps;
  return [
    { endpoint: Api.listMcpServers, handle: (call) => answerList(deps, call) },
    {
      endpoint: Api.replaceMcpServers,
      async handle(call) {
        const org = requireAdmin(tenants, call);
        const writes = readServers(call.body);
        await answerChange(deps, call, {
          org,
          writes,
          keepsOthers: false,
          done: 'servers updated',
        });
      },
    },
    {
      endpoint: Api.putMcpServer,
      async handle(call) {
        const org = requireAdmin(tenants, call);
        const writes = [readServer(call.body)];
        await answerChange(deps, call, { org, writes, keepsOthers: true, done: 'server added' });
      },
    },
    { endpoint: Api.removeMcpServer, handle: (call) => answerRemoval(deps, call) },
    {
      endpoint: Api.listMcpTools,
      async handle(call) {
        const { org, server } = readServerOf(deps, call);
        const tools = deps.tools.list(org, server).map(toToolView);
        sendJson(call.response, McpToolsView, { server, tools });
      },
    },
    {
      endpoint: Api.changeMcpTool,
      async handle(call) {
        const { org, server } = readServerOf(deps, call);
        const patch = parseBody(McpToolPatch, call.body);
        const tool = String(call.request.params['tool']);
        const changed = await deps.tools.change(org, { server, tool }, patch);
        if (changed === undefined) throw notThere('tool', 'MCP_UNKNOWN_TOOL');
        sendJson(call.response, McpToolView, toToolView(changed));
      },
    },
  ];
}

async function answerList(deps: McpRoutesDeps, call: RouteCall): Promise<void> {
  const org = requireAdmin(deps.tenants, call);
  const { discover } = parseQuery(Api.listMcpServers.query, call.request.query);
  if (discover !== true) {
    sendServers(call, org, { servers: deps.servers.list(org) });
    return;
  }
  const told = await discoverAll(deps.discover, deps.servers.list(org));
  const servers = deps.servers.list(org).map((server) => toAskedView(server, told.get(server.id)));
  sendJson(call.response, McpServersView, { org, servers });
}

interface WrittenServers {
  readonly org: OrgId;
  readonly writes: readonly McpServerWrite[];
  readonly keepsOthers: boolean;
  readonly done: string;
}

async function answerChange(
  deps: McpRoutesDeps,
  call: RouteCall,
  { org, writes, keepsOthers, done }: WrittenServers,
): Promise<void> {
  const change = await deps.servers.change(org, (present) =>
    toEntries(deps.rules, writes, { present, keepsOthers }),
  );
  deps.changed(org, change);
  sendServers(call, org, { servers: change.servers, message: `MCP ${done}` });
}

async function answerRemoval(deps: McpRoutesDeps, call: RouteCall): Promise<void> {
  const { org, server } = readServerOf(deps, call);
  const change = await deps.servers.change(org, (present) =>
    present.filter(({ id }) => id !== server),
  );
  deps.changed(org, change);
  sendServers(call, org, { servers: change.servers, message: 'MCP server removed' });
}

function readServerOf(
  { servers, tenants }: McpRoutesDeps,
  call: RouteCall,
): { readonly org: OrgId; readonly server: string } {
  const org = requireAdmin(tenants, call);
  const server = String(call.request.params['serverId']);
  if (servers.list(org).some(({ id }) => id === server)) return { org, server };
  throw notThere('server', 'MCP_UNKNOWN_SERVER');
}

function sendServers(
  { response }: RouteCall,
  org: OrgId,
  { servers, message }: { readonly servers: readonly StoredServer[]; readonly message?: string },
): void {
  sendJson(response, McpServersView, {
    org,
    servers: servers.map(toServerView),
    ...(message !== undefined && { message }),
  });
}

function notThere(what: 'server' | 'tool', reason: string): AppError {
  return new AppError('NOT_FOUND', `there is no such ${what}`, { reason });
}
