import {
  type McpCall,
  type McpDiscoverAsk,
  McpLimits,
  type McpServerKey,
} from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import { McpFault, type McpFaultStatus } from './mcp-fault.ts';
import type { HeldElsewhere, McpHolder, McpSession } from './ports.ts';
import {
  type Breaker,
  createServerSlot,
  ElsewhereError,
  type ServerSlot,
  type SlotDeps,
} from './server-slot.ts';
import { ownFault } from './to-fault.ts';

export interface HolderDeps extends SlotDeps {
  readonly createBreaker: () => Breaker;
}

export interface HolderOptions {
  /** A server that nobody calls for this long is let go. */
  readonly idleMs: number;
}

interface Entry {
  readonly slot: ServerSlot;
  guard: Breaker;
  users: number;
  idle: Disposable | undefined;
}

/** Keeps connections to servers for as long as they are used, one of each (design section 8). */
export function holdServers(deps: HolderDeps, { idleMs }: HolderOptions): McpHolder {
  const entries = new Map<string, Entry>();
  const enter = (server: McpServerKey): Entry => {
    const key = toKey(server);
    const known = entries.get(key);
    const { org, server: id } = server;
    const entry = known ?? {
      slot: createServerSlot(deps, { org, server: id }),
      guard: deps.createBreaker(),
      users: 0,
      idle: undefined,
    };
    entries.set(key, entry);
    entry.idle?.[Symbol.dispose]();
    entry.users++;
    return entry;
  };
  const leave = (server: McpServerKey, entry: Entry): void => {
    entry.users--;
    if (entry.users > 0) return;
    entry.idle = deps.clock.after(idleMs, () => {
      // What is called next starts afresh, the breaker included.
      entries.delete(toKey(server));
      void entry.slot[Symbol.asyncDispose]();
    });
  };
  return {
    async call(call, signal) {
      const entry = enter(call);
      using deadline = openDeadline(deps, Math.min(McpLimits.callMs, call.timeoutMs), signal);
      try {
        return await makeCall(entry, call, deadline.signal);
      } catch (err) {
        return toAnswer(err);
      } finally {
        leave(call, entry);
      }
    },
    async discover(ask) {
      const entry = enter(ask);
      using deadline = openDeadline(deps, McpLimits.discoveryMs);
      try {
        return { status: 'ok', ...(await list(entry, ask, deadline.signal)) };
      } catch (err) {
        const answer = toAnswer(err);
        return answer.status === 'elsewhere' ? answer : { status: 'error', error: answer.error };
      } finally {
        leave(ask, entry);
      }
    },
    outdate(server) {
      const entry = entries.get(toKey(server));
      if (entry === undefined) return;
      entry.slot.retire();
      // What was wrong with it may have been put right.
      entry.guard = deps.createBreaker();
    },
    async [Symbol.asyncDispose]() {
      const open = [...entries.values()];
      entries.clear();
      for (const { idle } of open) idle?.[Symbol.dispose]();
      await Promise.all(open.map(({ slot }) => slot[Symbol.asyncDispose]()));
    },
  };
}

function toKey({ org, server }: McpServerKey): string {
  return `${org}/${server}`;
}

/** A server that has forgotten the session has done nothing: a new session may do it. */
async function makeCall({ slot, guard }: Entry, call: McpCall, signal: AbortSignal) {
  const { revision } = call;
  const work = (session: McpSession) => session.call(call, signal);
  return await guard(async () => {
    try {
      return await slot.use({ revision, signal, work });
    } catch (err) {
      if (!isStale(err)) throw err;
      slot.retire();
    }
    try {
      return await slot.use({ revision, signal, work });
    } catch (err) {
      throw isStale(err) ? refusedAgain(err) : err;
    }
  });
}

function isStale(err: unknown): err is McpFault {
  return err instanceof McpFault && err.isStale;
}

/** It was not for the session. */
function refusedAgain(cause: McpFault): McpFault {
  return new McpFault({ code: 'MCP_PROTOCOL_ERROR', status: 'failed' }, cause.message, { cause });
}

/** Not by way of the breaker: it is asked for rarely, and shows that a server is back. */
function list({ slot }: Entry, { revision }: McpDiscoverAsk, signal: AbortSignal) {
  return slot.use({ revision, signal, work: (session) => session.listTools(signal) });
}

interface Deadline extends Disposable {
  readonly signal: AbortSignal;
}

function openDeadline({ clock }: HolderDeps, ms: number, signal?: AbortSignal): Deadline {
  const late = new AbortController();
  const timer = clock.after(ms, () =>
    late.abort(
      new McpFault({ code: 'MCP_TIMEOUT', status: 'unknown' }, `no answer within ${ms} ms`),
    ),
  );
  return {
    signal: signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]),
    [Symbol.dispose]: () => timer[Symbol.dispose](),
  };
}

interface Unanswered {
  readonly status: McpFaultStatus;
  readonly error: { readonly code: string; readonly message: string };
}

/** The one place where a failure becomes an answer. */
function toAnswer(err: unknown): Unanswered | HeldElsewhere {
  if (err instanceof ElsewhereError) return { status: 'elsewhere', workerId: err.workerId };
  if (err instanceof McpFault) return { status: err.status, error: err.toProblem() };
  // A brain or the bus gave no answer.
  if (err instanceof AppError) {
    const fault = ownFault(err);
    return { status: fault.status, error: fault.toProblem() };
  }
  throw err;
}
