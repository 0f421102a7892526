import type {
  McpDiscovery,
  McpProblem,
  McpServerKey,
  OrgId,
  ReplayClass,
  RunId,
  ToolPolicy,
} from '@bakerst/contracts';
import type { SeedServer, ServerEntry, StoredServer } from './mcp-server.ts';
import type { ToolRecord } from './tool.ts';

/** A tool as code or the model names it; a hyphen may be written as an underscore. */
export interface NamedTool {
  readonly server: string;
  readonly tool: string;
}

/** A tool that may be called now, spelled as its server spells it. */
interface CallableTool {
  readonly ok: true;
  readonly server: string;
  readonly tool: string;
  /** Of the server's entry. */
  readonly revision: number;
  readonly replay: ReplayClass;
}

export type ToolVerdict = CallableTool | { readonly ok: false; readonly error: McpProblem };

/** Decides what platform code enforces about tools, whatever any text says. */
export interface ToolChecker {
  /** Reads SQLite only, so that it may be asked within a transaction. */
  checkTool(org: OrgId, named: NamedTool): ToolVerdict;
}

/** What a change of servers came to. */
export interface ServerChange {
  readonly servers: readonly StoredServer[];
  /** Servers whose entry is another one than before, or gone. */
  readonly changed: readonly string[];
}

export interface ServerStore {
  /** In their order. */
  list(org: OrgId): readonly StoredServer[];
  find(key: McpServerKey): StoredServer | undefined;
  listAll(): readonly StoredServer[];
  /**
   * Makes what `decide` gives the servers of the org; it is asked in the transaction, and what it throws undoes all. A
   * server that stays as it is keeps its revision.
   */
  change(
    org: OrgId,
    decide: (present: readonly StoredServer[]) => readonly ServerEntry[],
  ): Promise<ServerChange>;
  /** Makes the servers that follow the file what it says; those that were changed or removed over the API stay so. */
  followFile(org: OrgId, seeds: readonly SeedServer[]): Promise<ServerChange>;
}

export interface ToolStore {
  /** By name; empty for an unknown server. */
  list(org: OrgId, server: string): readonly ToolRecord[];
  /**
   * Changes a policy, accepts a definition by its hash. Undefined for an unknown tool; throws AppError CONFLICT when
   * the present definition is another one than `accept`.
   */
  change(
    org: OrgId,
    named: NamedTool,
    change: {
      readonly policy?: ToolPolicy | null | undefined;
      readonly accept?: string | undefined;
    },
  ): Promise<ToolRecord | undefined>;
}

/** A server that is to be asked for its tools. */
export interface DueServer {
  readonly key: McpServerKey;
  readonly revision: number;
}

export interface DiscoveryStore {
  /** Servers that it is time to ask; nobody else asks them before `until` (epoch ms). */
  claimDue(until: number, limit: number): Promise<readonly DueServer[]>;
  /** It is time to ask this server, unless it was asked a moment ago: in that case, soon. */
  makeDue(key: McpServerKey): Promise<void>;
  /**
   * Notes what a server has told, and that it is to be asked again from `askAfter` on (epoch ms). An error keeps the
   * tools that are known. False when the entry was changed meanwhile: nothing is noted then.
   */
  record(asked: DueServer, told: McpDiscovery, askAfter: number): Promise<boolean>;
}

/** A server with tools that can be seen. */
export interface CataloguedServer {
  readonly id: string;
  readonly name: string;
  readonly toolCount: number;
}

export interface CataloguedTool {
  readonly server: string;
  readonly name: string;
  readonly description: string;
}

/** What the model is shown of an org's tools: those that are not denied, and whose definition is accepted. */
export interface ToolCatalogue {
  /** In their order. */
  listServers(org: OrgId): readonly CataloguedServer[];
  /** In the order of their servers, then by name; of a long description the beginning. */
  listTools(org: OrgId): readonly CataloguedTool[];
  /** JSON of the arguments' schema; undefined for what cannot be seen. */
  findSchema(
    org: OrgId,
    named: NamedTool,
  ): (CataloguedTool & { readonly schema: string }) | undefined;
}

/** What the tools of a run have cost so far; a call that is under way costs what it has reserved. */
export interface CallBudget {
  /**
   * Why the run may not make so many further calls, MCP_BUDGET_EXCEEDED; undefined when it may. Reads SQLite only: asked
   * in the transaction that stores the calls, no two of them spend the same unit.
   */
  check(run: RunId, calls: number): McpProblem | undefined;
}
