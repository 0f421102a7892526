import { McpLimits, McpServerWrite } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import { z } from 'zod';
import type { ServerEntry } from './mcp-server.ts';
import { nameServer, type ServerRules, toServerEntry } from './to-server-entry.ts';

const NamedBody = z.looseObject({ id: z.string().max(64) });

/** A body that is one server. Throws AppError VALIDATION_ERROR in the words of BT-13. */
export function readServer(body: unknown): McpServerWrite {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw invalid('Request body must be a server config object', 'INVALID_BODY');
  return parseServer(body);
}

/** A body that is a list of servers; the refusal of one names it. */
export function readServers(body: unknown): readonly McpServerWrite[] {
  if (!Array.isArray(body))
    throw invalid('Request body must be an array of server configs', 'INVALID_BODY');
  if (body.length > McpLimits.serversPerOrg) throw tooMany();
  const writes = body.map(parseServer);
  const ids = writes.map(({ id }) => id);
  const twice = [...new Set(ids.filter((id, place) => ids.indexOf(id) !== place))];
  if (twice.length > 0) throw invalid(`Duplicate server id(s): ${twice.join(', ')}`);
  return writes;
}

/** What an org has after these are written, in the place of all or beside the others. */
export function toEntries(
  rules: ServerRules,
  writes: readonly McpServerWrite[],
  { present, keepsOthers }: { readonly present: readonly ServerEntry[]; keepsOthers: boolean },
): readonly ServerEntry[] {
  const entries = writes.map((write) =>
    toServerEntry(
      rules,
      write,
      present.find(({ id }) => id === write.id),
    ),
  );
  const isWritten = (id: string): boolean => writes.some((write) => write.id === id);
  const others = keepsOthers ? present.filter(({ id }) => !isWritten(id)) : [];
  if (entries.length + others.length > McpLimits.serversPerOrg) throw tooMany();
  return [...others, ...entries];
}

function parseServer(value: unknown): McpServerWrite {
  const parsed = McpServerWrite.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const refusal = invalid(issue?.message ?? 'this is no server config');
  const id = NamedBody.safeParse(value).data?.id;
  throw id === undefined ? refusal : nameServer(refusal, id);
}

function tooMany(): AppError {
  return invalid(`Cannot have more than ${McpLimits.serversPerOrg} servers in an org`);
}

function invalid(message: string, reason = 'INVALID_FIELD'): AppError {
  return new AppError('VALIDATION_ERROR', message, { reason });
}
