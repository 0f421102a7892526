import {
  McpAnswer,
  type McpCall,
  McpConfigAnswer,
  type McpDiscoverAsk,
  McpDiscovery,
  McpLimits,
  type McpProblem,
  type McpServerKey,
  Subjects,
} from '@bakerst/contracts';
import { NoRespondersError, RequestError } from '@nats-io/transport-node';
import type { NatsLink } from './nats-link.ts';
import { busUnavailable } from './nats-unavailable.ts';
import { readJson } from './read-json.ts';

const BRAIN_PATIENCE_MS = 2_000;
/** What the way to and from another worker may take beside the work, and a second one if it passes the request on. */
const WAY_MS = 2_000;

/** Asks a brain how to reach a server; null for one that is not there or off. Throws AppError UNAVAILABLE when none answers. */
export async function requestMcpConfig(
  link: NatsLink,
  server: McpServerKey,
): Promise<McpConfigAnswer['config']> {
  try {
    const body = JSON.stringify({ org: server.org, server: server.server });
    const answer = await link.nc.request(Subjects.mcpConfig, body, { timeout: BRAIN_PATIENCE_MS });
    return McpConfigAnswer.parse(answer.json()).config;
  } catch (cause) {
    throw busUnavailable('no brain said how to reach the server', cause);
  }
}

/** To one worker by its id; without one, to any that speaks MCP. */
interface Addressee {
  readonly workerId?: string;
}

/** Calls and discoveries that other workers carry out. */
export interface McpRequester {
  /**
   * Never throws. `unreached` with code MCP_WORKER_GONE: this one worker is not there. Aborting ends the wait, not the
   * call: that stays within its time limit.
   */
  call(call: McpCall, signal: AbortSignal, to?: Addressee): Promise<McpAnswer>;
  /** Never throws. */
  discover(ask: McpDiscoverAsk, to?: Addressee): Promise<McpDiscovery>;
}

export function createNatsMcpRequester(link: NatsLink): McpRequester {
  return {
    async call(call, signal, { workerId } = {}) {
      const subject = workerId === undefined ? Subjects.mcpCall : Subjects.mcpCallHolder(workerId);
      const timeoutMs = call.timeoutMs + WAY_MS;
      const answer = await request(link, { subject, body: call, timeoutMs, signal });
      if ('error' in answer)
        return { status: answer.hasLeft ? 'unknown' : 'unreached', error: answer.error };
      return McpAnswer.safeParse(answer.json).data ?? { status: 'unknown', error: STRANGE };
    },
    async discover(ask, { workerId } = {}) {
      const subject =
        workerId === undefined ? Subjects.mcpDiscover : Subjects.mcpDiscoverHolder(workerId);
      const timeoutMs = McpLimits.discoveryMs + WAY_MS;
      const answer = await request(link, { subject, body: ask, timeoutMs });
      if ('error' in answer) return { status: 'error', error: answer.error };
      return McpDiscovery.safeParse(answer.json).data ?? { status: 'error', error: STRANGE };
    },
  };
}

const STRANGE: McpProblem = {
  code: 'MCP_PROTOCOL_ERROR',
  message: 'another worker answered with something that is no answer',
};

interface WorkerRequest {
  readonly subject: string;
  readonly body: object;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

type Failure = { readonly hasLeft: boolean; readonly error: McpProblem };
type Answered = { readonly json: unknown } | Failure;

async function request(link: NatsLink, asked: WorkerRequest): Promise<Answered> {
  const { subject, body, timeoutMs, signal } = asked;
  // NOTE: while the bus is away a request would wait in the client and leave later.
  if (!link.isConnected())
    return toFailure(false, 'MCP_UNREACHABLE', 'the message bus is away, and with it the worker');
  if (signal?.aborted === true) return toFailure(false, 'CANCELLED', 'the call was cancelled');
  const { promise: aborted, resolve: abort } = Promise.withResolvers<Answered>();
  const onAbort = (): void => abort(toFailure(true, 'CANCELLED', 'the call was cancelled'));
  signal?.addEventListener('abort', onAbort);
  try {
    return await Promise.race([requestOnce(link, { subject, body, timeoutMs }), aborted]);
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

async function requestOnce(
  link: NatsLink,
  { subject, body, timeoutMs }: WorkerRequest,
): Promise<Answered> {
  try {
    const answer = await link.nc.request(subject, JSON.stringify(body), { timeout: timeoutMs });
    return { json: readJson(answer) };
  } catch (err) {
    if (isNobodyThere(err))
      return toFailure(false, goneCode(subject), 'no worker was there to take the request');
    return toFailure(true, 'MCP_TIMEOUT', `no worker answered within ${timeoutMs} ms`);
  }
}

/** Whoever asks one worker may look for another; whoever asks any of them has nobody left. */
function goneCode(subject: string): string {
  const isAny = subject === Subjects.mcpCall || subject === Subjects.mcpDiscover;
  return isAny ? 'MCP_UNREACHABLE' : 'MCP_WORKER_GONE';
}

function isNobodyThere(err: unknown): boolean {
  return err instanceof NoRespondersError || (err instanceof RequestError && err.isNoResponders());
}

function toFailure(hasLeft: boolean, code: string, message: string): Failure {
  return { hasLeft, error: { code, message } };
}
