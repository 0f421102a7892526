import type { McpProblem, McpServerKey, ToolPolicy } from '@bakerst/contracts';

/** How a server is reached, its secrets in the clear. */
export type Reach =
  | {
      readonly transport: 'streamable-http';
      readonly url: string;
      readonly authToken: string | undefined;
    }
  | {
      readonly transport: 'stdio';
      /** A name of the operator's list. */
      readonly program: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
    };

/** What an administrator, or the file, says of a server. */
export interface ServerEntry {
  readonly id: string;
  readonly name: string;
  readonly isEnabled: boolean;
  /** 0 to 100; the smallest comes first. */
  readonly priority: number;
  /** Empty: all of them. */
  readonly allowedTools: readonly string[];
  /** Any worker may talk to it, so nobody needs to hold it. */
  readonly isStateless: boolean;
  readonly reach: Reach;
}

/** A server of the file, with what that says of its tools. */
export interface SeedServer extends ServerEntry {
  readonly policies: Readonly<Record<string, ToolPolicy>>;
}

/** Times in epoch ms. */
interface ServerHealth {
  readonly askedAt: number | undefined;
  readonly discoveredAt: number | undefined;
  /** Of the last time that it was asked. */
  readonly error: McpProblem | undefined;
  readonly warnings: readonly string[];
  readonly serverName: string | undefined;
  readonly serverVersion: string | undefined;
}

export interface StoredServer extends ServerEntry {
  readonly key: McpServerKey;
  readonly origin: 'api' | 'file';
  readonly revision: number;
  readonly health: ServerHealth;
  /** Tools that can be seen here, and those whose definition waits for an administrator. */
  readonly toolCount: number;
  readonly changedCount: number;
}

/** Where a server is, without what it is told: what is known of its tools belongs to that. */
export function placeOf({ reach }: ServerEntry): string {
  return reach.transport === 'stdio'
    ? JSON.stringify([reach.program, reach.args])
    : JSON.stringify([reach.url]);
}

/** Every secret of a server. */
export function secretsOf({ reach }: Pick<ServerEntry, 'reach'>): readonly string[] {
  if (reach.transport === 'stdio') return Object.values(reach.env);
  return reach.authToken === undefined ? [] : [reach.authToken];
}

/** Whether two entries say the same. */
export function isSameEntry(one: ServerEntry, other: ServerEntry): boolean {
  return toText(one) === toText(other);
}

function toText(entry: ServerEntry): string {
  const { id, name, isEnabled, priority, allowedTools, isStateless, reach } = entry;
  const told =
    reach.transport === 'stdio' ? Object.entries(reach.env).toSorted() : [reach.authToken ?? null];
  const rest = [id, name, isEnabled, priority, allowedTools, isStateless, reach.transport];
  return JSON.stringify([...rest, placeOf(entry), told]);
}
