import { type McpCall, type McpDiscoverAsk, McpLimits } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import { McpFault, type McpFaultStatus } from './mcp-fault.ts';
import type { HeldElsewhere, McpHolder, McpSession } from './ports.ts';
import {
  createServerEntries,
  type EntryDeps,
  type EntryOptions,
  type ServerEntry,
} from './server-entries.ts';
import { ElsewhereError } from './server-slot.ts';
import { ownFault } from './to-fault.ts';

/** Keeps connections to servers for as long as they are used, one of each (design section 8). */
export function holdServers(deps: EntryDeps, options: EntryOptions): McpHolder {
  const entries = createServerEntries(deps, options);
  return {
    async call(call, signal) {
      using deadline = openDeadline(deps, Math.min(McpLimits.callMs, call.timeoutMs), signal);
      try {
        return await entries.use(call, 'call', (entry) => makeCall(entry, call, deadline.signal));
      } catch (err) {
        return toAnswer(err);
      }
    },
    async discover(ask) {
      using deadline = openDeadline(deps, McpLimits.discoveryMs);
      try {
        const found = await entries.use(ask, 'look', (entry) => list(entry, ask, deadline.signal));
        return { status: 'ok', ...found };
      } catch (err) {
        const answer = toAnswer(err);
        return answer.status === 'elsewhere' ? answer : { status: 'error', error: answer.error };
      }
    },
    outdate: entries.outdate,
    drain: entries.drain,
    [Symbol.asyncDispose]: () => entries[Symbol.asyncDispose](),
  };
}

/** A server that has forgotten the session has done nothing: a new session may do it. */
async function makeCall({ slot, guard }: ServerEntry, call: McpCall, signal: AbortSignal) {
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
function list({ slot }: ServerEntry, { revision }: McpDiscoverAsk, signal: AbortSignal) {
  return slot.use({ revision, signal, work: (session) => session.listTools(signal) });
}

interface Deadline extends Disposable {
  readonly signal: AbortSignal;
}

/** A server that was given less than the full time of a call was not slow: who calls chooses how long he waits. */
function openDeadline({ clock }: EntryDeps, ms: number, signal?: AbortSignal): Deadline {
  const late = new AbortController();
  const timer = clock.after(ms, () =>
    late.abort(
      new McpFault({ code: 'MCP_TIMEOUT', status: 'unknown' }, `no answer within ${ms} ms`, {
        isHarmless: ms < McpLimits.callMs,
      }),
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
