import type { McpConfigAnswer, McpServerKey } from '@bakerst/contracts';
import type { Reach } from './mcp-server.ts';
import type { ServerStore } from './ports.ts';
import type { ProgramList } from './program-list.ts';

export interface ConnectionDeps {
  readonly servers: Pick<ServerStore, 'find'>;
  readonly programs: ProgramList;
}

/** How a worker reaches a server, its secrets in the clear. Throws AppError for a program that is not listed any more. */
export function toConnection(
  { servers, programs }: ConnectionDeps,
  ask: McpServerKey,
): McpConfigAnswer {
  const server = servers.find(ask);
  if (server?.isEnabled !== true) return { config: null };
  const { revision, isStateless: stateless, reach } = server;
  return { config: { revision, stateless, connection: connect(programs, reach) } };
}

function connect(
  programs: ProgramList,
  reach: Reach,
): NonNullable<McpConfigAnswer['config']>['connection'] {
  if (reach.transport === 'stdio') {
    const { command, args } = programs.check(reach);
    return { transport: 'stdio', command, args: [...args], env: { ...reach.env } };
  }
  const { transport, url, authToken } = reach;
  return { transport, url, ...(authToken !== undefined && { authToken }) };
}
