import type { McpDiscovery, McpServerView, McpToolView } from '@bakerst/contracts';
import { z } from 'zod';
import { toIsoOrNull } from '../http/to-iso.ts';
import type { Reach, StoredServer } from './mcp-server.ts';
import { maskSecret } from './secret-mask.ts';
import type { ToolDefinition, ToolRecord } from './tool.ts';

type ServerView = z.input<typeof McpServerView>;

const Schema = z.record(z.string(), z.json());

/** What administrators see of a server; its secrets are masked. */
export function toServerView(server: StoredServer): ServerView {
  const { id, name, priority, allowedTools, origin, revision } = server;
  return {
    id,
    name,
    enabled: server.isEnabled,
    priority,
    ...(allowedTools.length > 0 && { allowedTools: [...allowedTools] }),
    ...toReachView(server.reach),
    stateless: server.isStateless,
    origin,
    revision,
    tools_count: server.toolCount,
    health: toHealthView(server),
  };
}

/** The same of a server that was to be asked just now. */
export function toAskedView(server: StoredServer, told: McpDiscovery | undefined): ServerView {
  const error = told?.status === 'error' ? told.error : undefined;
  return {
    ...toServerView(server),
    discovery_status: told?.status ?? 'skipped',
    discovery_error: error === undefined ? null : `${error.code}: ${error.message}`,
    // What an earlier time has told counts for nothing where somebody wants to know of now.
    ...(error !== undefined && { tools_count: 0 }),
  };
}

function toReachView(
  reach: Reach,
): Pick<
  ServerView,
  'transport' | 'url' | 'hasAuthToken' | 'authToken' | 'program' | 'args' | 'env'
> {
  if (reach.transport === 'stdio') {
    const { transport, program, args } = reach;
    const masked = Object.entries(reach.env).map(([name, value]) => [name, maskSecret(value)]);
    const env = Object.fromEntries(masked);
    return { transport, program, args: [...args], env, hasAuthToken: false };
  }
  const { transport, url, authToken } = reach;
  return {
    transport,
    url,
    hasAuthToken: authToken !== undefined,
    ...(authToken !== undefined && { authToken: maskSecret(authToken) }),
  };
}

function toHealthView({ health, changedCount }: StoredServer): ServerView['health'] {
  const { askedAt, discoveredAt, error, warnings, serverName, serverVersion } = health;
  return {
    status: error !== undefined ? 'failing' : discoveredAt === undefined ? 'unknown' : 'ok',
    discovered_at: toIsoOrNull(discoveredAt),
    attempted_at: toIsoOrNull(askedAt),
    error: error ?? null,
    warnings: [...warnings],
    server_name: serverName ?? null,
    server_version: serverVersion ?? null,
    tools_changed: changedCount,
  };
}

export function toToolView(tool: ToolRecord): z.input<typeof McpToolView> {
  const { name, hash, policy, replay, accepted } = tool;
  return {
    name,
    ...toDefinitionView(tool),
    hash,
    status: statusOf(tool),
    policy,
    replay,
    accepted: accepted === undefined ? null : toDefinitionView(accepted),
  };
}

function toDefinitionView({ description, inputSchema, annotations }: ToolDefinition) {
  return {
    description,
    input_schema: Schema.parse(inputSchema),
    annotations: { ...annotations },
  };
}

function statusOf(tool: ToolRecord): McpToolView['status'] {
  if (!tool.isListed) return 'gone';
  if (!tool.isAllowed) return 'not_allowed';
  if (tool.policy === 'deny') return 'denied';
  if (tool.isChanged) return 'changed';
  return tool.policy === 'approve' ? 'needs_approval' : 'callable';
}
