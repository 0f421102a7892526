import { join } from 'node:path';
import { McpServerWrite, McpToolName, ToolPolicy } from '@bakerst/contracts';
import { AppError, readSettingFile, StartError } from '@bakerst/kit';
import type { AllowedHosts } from '@bakerst/kit/url-guard';
import { z } from 'zod';
import type { SeedServer } from './mcp-server.ts';
import { AllowedProgram, createProgramList } from './program-list.ts';
import { type ServerRules, toServerEntry } from './to-server-entry.ts';

const FILE = 'MCP.json';

/** Secrets are written over the API, never into a file that others read. */
const Seed = McpServerWrite.omit({ authToken: true, env: true });

/** `operating_system/MCP.json`: programs that servers may be started with, and the servers of the first org. */
const McpFile = z.strictObject({
  programs: z.array(AllowedProgram).default([]),
  servers: z
    .array(
      z.strictObject({
        ...Seed.shape,
        tools: z.record(McpToolName, z.strictObject({ policy: ToolPolicy })).default({}),
      }),
    )
    .default([]),
});
type McpFile = z.infer<typeof McpFile>;

/** What the file of the operator says. */
export interface LoadedMcpFile {
  readonly rules: ServerRules;
  readonly seeds: readonly SeedServer[];
}

/** Reads MCP.json; without the file no program is allowed. Throws StartError that says where it is wrong. */
export function loadMcpFile(dir: string, allowedHosts: AllowedHosts): LoadedMcpFile {
  const path = join(dir, FILE);
  const file: McpFile = readSettingFile(path, McpFile) ?? { programs: [], servers: [] };
  const rules = { programs: createProgramList(file.programs), allowedHosts };
  const seeds = file.servers.map((seed, place) =>
    toSeed(rules, seed, `${path}: servers[${place}]`),
  );
  const twice = seeds.find(({ id }, place) => seeds.findIndex((seed) => seed.id === id) !== place);
  if (twice !== undefined) throw new StartError(`${path} names the server ${twice.id} twice`);
  return { rules, seeds };
}

function toSeed(
  rules: ServerRules,
  { tools, ...seed }: McpFile['servers'][number],
  place: string,
): SeedServer {
  try {
    const policies = Object.entries(tools).map(([name, { policy }]) => [name, policy] as const);
    return { ...toServerEntry(rules, seed, undefined), policies: Object.fromEntries(policies) };
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause;
    throw new StartError(`${place} (${seed.id}) cannot be used: ${cause.message}`, { cause });
  }
}
