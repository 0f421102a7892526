import {
  type McpAnswer,
  type McpCall,
  type McpDiscoverAsk,
  type McpDiscovery,
  McpLimits,
  type McpProblem,
} from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import type { HeldElsewhere, McpCaller, McpHolder } from './ports.ts';

/** Between two looks for the worker that holds a server, or for its lease. */
const RETRY_MS = 500;
/** Code of another worker that does not hold the server, or is not there. */
const WORKER_GONE = 'MCP_WORKER_GONE';

/** Other workers, by their id. */
interface McpPeers {
  /** Never throws; `unreached` with code MCP_WORKER_GONE when it is not there, or not the holder. */
  call(call: McpCall, signal: AbortSignal, to: { readonly workerId: string }): Promise<McpAnswer>;
  /** Never throws. */
  discover(ask: McpDiscoverAsk, to: { readonly workerId: string }): Promise<McpDiscovery>;
}

export interface CallerDeps {
  readonly holder: McpHolder;
  readonly peers: McpPeers;
  readonly clock: Clock;
}

/**
 * Makes calls through the worker that holds the server: this one, or the one that does. While that cannot be told, a
 * holder has just died for instance, it looks again until the call's time is over; then it is `unreached`.
 */
export function createMcpCaller(deps: CallerDeps): McpCaller {
  return {
    async call(call, signal) {
      const { timeoutMs } = call;
      const answer = await untilFound(deps.clock, { timeoutMs, signal }, (leftMs) =>
        callOnce(deps, { ...call, timeoutMs: leftMs }, signal),
      );
      return answer ?? { status: 'unreached', error: NOT_FOUND };
    },
    async discover(ask) {
      const wait = { timeoutMs: McpLimits.discoveryMs, signal: new AbortController().signal };
      const found = await untilFound(deps.clock, wait, () => discoverOnce(deps, ask));
      return found ?? { status: 'error', error: NOT_FOUND };
    },
  };
}

interface Wait {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Tries until there is an answer; undefined when the time is over before that. */
async function untilFound<Answer>(
  clock: Clock,
  { timeoutMs, signal }: Wait,
  attempt: (leftMs: number) => Promise<Answer | undefined>,
): Promise<Answer | undefined> {
  const deadline = clock.monotonic() + timeoutMs;
  while (!signal.aborted) {
    const leftMs = Math.ceil(deadline - clock.monotonic());
    if (leftMs <= 0) break;
    const answer = await attempt(leftMs);
    if (answer !== undefined) return answer;
    await pause(clock, signal);
  }
  return undefined;
}

/** Ends early for a call that is cancelled; whoever goes on sees that. */
async function pause(clock: Clock, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(RETRY_MS, signal);
  } catch (err) {
    if (!signal.aborted) throw err;
  }
}

/** Undefined when nobody was found to hold the server. */
async function callOnce(
  { holder, peers }: CallerDeps,
  call: McpCall,
  signal: AbortSignal,
): Promise<McpAnswer | undefined> {
  const here = await holder.call(call, signal);
  if (!isElsewhere(here)) return here;
  const { workerId } = here;
  if (workerId === undefined) return undefined;
  const answer = await peers.call(call, signal, { workerId });
  return isGone(answer) ? undefined : answer;
}

/** The same for a discovery. */
async function discoverOnce(
  { holder, peers }: CallerDeps,
  ask: McpDiscoverAsk,
): Promise<McpDiscovery | undefined> {
  const here = await holder.discover(ask);
  if (!isElsewhere(here)) return here;
  const { workerId } = here;
  if (workerId === undefined) return undefined;
  const found = await peers.discover(ask, { workerId });
  return found.status === 'error' && found.error.code === WORKER_GONE ? undefined : found;
}

const NOT_FOUND: McpProblem = {
  code: 'MCP_UNREACHABLE',
  message: 'the worker that holds the server is gone, and its hold has not ended yet',
};

function isGone(answer: McpAnswer): boolean {
  return answer.status === 'unreached' && answer.error.code === WORKER_GONE;
}

/** What this worker does for others as the holder of a server; it passes nothing on. */
export function createHeldService(holder: Pick<McpHolder, 'call' | 'discover'>) {
  return {
    call: async (call: McpCall): Promise<McpAnswer> => {
      const answer = await holder.call(call, new AbortController().signal);
      return isElsewhere(answer) ? { status: 'unreached', error: NOT_HERE } : answer;
    },
    discover: async (ask: McpDiscoverAsk): Promise<McpDiscovery> => {
      const answer = await holder.discover(ask);
      return isElsewhere(answer) ? { status: 'error', error: NOT_HERE } : answer;
    },
  };
}

const NOT_HERE: McpProblem = {
  code: WORKER_GONE,
  message: 'this worker does not hold the server',
};

function isElsewhere(answer: McpAnswer | McpDiscovery | HeldElsewhere): answer is HeldElsewhere {
  return answer.status === 'elsewhere';
}
