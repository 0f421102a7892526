import type { McpServerWrite } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import { type AllowedHosts, checkUrl } from '@bakerst/kit/url-guard';
import type { Reach, ServerEntry } from './mcp-server.ts';
import type { ProgramList } from './program-list.ts';
import { resolveSecret } from './secret-mask.ts';

/** Between those that come first and those that come last. */
const DEFAULT_PRIORITY = 50;
/** What a Bearer header can carry. */
const TOKEN = /^[\x21-\x7e]+$/;

/** What the operator lets servers be. */
export interface ServerRules {
  readonly programs: ProgramList;
  readonly allowedHosts: AllowedHosts;
}

/**
 * What is stored of a server that was written. `stored` is the one of the same id, whose secrets it may keep. Throws
 * AppError VALIDATION_ERROR for what cannot be, AUTHORIZATION_ERROR for a URL or a program that is not allowed; each
 * names the server.
 */
export function toServerEntry(
  rules: ServerRules,
  write: McpServerWrite,
  stored: ServerEntry | undefined,
): ServerEntry {
  try {
    return {
      id: write.id,
      name: write.name ?? write.id,
      isEnabled: write.enabled ?? true,
      priority: write.priority ?? DEFAULT_PRIORITY,
      allowedTools: write.allowedTools ?? [],
      isStateless: write.stateless ?? write.transport === 'json-rpc',
      reach:
        write.transport === 'stdio'
          ? toProgram(rules, write, stored?.reach)
          : toAddress(rules, write, stored?.reach),
    };
  } catch (err) {
    throw nameServer(err, write.id);
  }
}

/** The same refusal, with the server that it is about. */
export function nameServer(err: unknown, serverId: string): unknown {
  if (!(err instanceof AppError)) return err;
  const { code, message, reason } = err;
  return new AppError(code, message, {
    cause: err,
    serverId,
    ...(reason !== undefined && { reason }),
  });
}

function toAddress(rules: ServerRules, write: McpServerWrite, stored: Reach | undefined): Reach {
  const { url } = write;
  if (url === undefined || url === '') throw invalid('Server url is required and must be a string');
  const parsed = URL.parse(url);
  if (parsed === null) throw invalid('Server url must be a valid URL');
  if (!/^https?:$/.test(parsed.protocol))
    throw invalid('Server url must use http or https protocol');
  checkUrl(url, rules.allowedHosts);
  const before = stored?.transport === 'streamable-http' ? stored : undefined;
  const authToken = resolveSecret({
    name: 'authToken',
    written: write.authToken,
    stored: before?.authToken,
    isSameReceiver: URL.parse(before?.url ?? '')?.origin === parsed.origin,
  });
  if (authToken !== undefined && !TOKEN.test(authToken))
    throw invalid('authToken must be printable ASCII characters without blanks');
  return { transport: 'streamable-http', url, authToken };
}

function toProgram(rules: ServerRules, write: McpServerWrite, stored: Reach | undefined): Reach {
  const { program, args = [] } = write;
  if (program === undefined || program === '')
    throw invalid('Server program is required and must be a string');
  const before = stored?.transport === 'stdio' ? stored : undefined;
  const isSameReceiver = before?.program === program;
  const known = before?.env ?? {};
  // Left out as a whole, the variables stay as they are.
  const written: Readonly<Record<string, string>> = write.env ?? (isSameReceiver ? known : {});
  const env = Object.fromEntries(
    Object.entries(written).flatMap(([name, value]) => {
      const stays = Object.hasOwn(known, name) ? known[name] : undefined;
      const secret = resolveSecret({ name, written: value, stored: stays, isSameReceiver });
      return secret === undefined ? [] : [[name, secret] as const];
    }),
  );
  rules.programs.check({ program, args, env });
  return { transport: 'stdio', program, args, env };
}

function invalid(message: string): AppError {
  return new AppError('VALIDATION_ERROR', message, { reason: 'INVALID_FIELD' });
}
