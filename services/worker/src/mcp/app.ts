import {
  createNatsMcpLeases,
  createNatsMcpRequester,
  type NatsLink,
  requestMcpConfig,
  serveMcp,
  tellMcpChanged,
  watchMcpChanges,
} from '@bakerst/bus';
import { type Clock, isGone, type Logger, ownIdentity } from '@bakerst/kit';
import type { AllowedHosts } from '@bakerst/kit/url-guard';
import { createHeldService, createMcpCaller } from './call-servers.ts';
import { createBreaker } from './cockatiel-breaker.ts';
import { holdServers } from './hold-servers.ts';
import type { McpCaller } from './ports.ts';
import { createSdkConnector } from './sdk-connector.ts';
import { tellChanges } from './tell-changes.ts';

/** A server that nobody calls for this long is let go, and its process ended. */
const IDLE_MS = 5 * 60_000;
/** Servers that are programs, of all orgs, that a worker runs at a time. */
const MAX_PROGRAMS = 16;
const HALF_OPEN_AFTER_MS = 30_000;

interface Surroundings {
  readonly link: NatsLink;
  readonly workerId: string;
  readonly allowedHosts: AllowedHosts;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What a worker does for other workers and for brains; disposed of, nothing more. */
interface McpServing extends Disposable {
  /**
   * Takes no more work that another worker could do, and lets go of servers as soon as nobody uses them. Resolves when
   * nobody uses one any more, or when `late` is aborted.
   */
  drain(late: AbortSignal): Promise<void>;
}

/** The MCP client of a worker. Disposed of, it ends every connection once its running calls have ended. */
export interface OpenMcp extends AsyncDisposable {
  readonly caller: McpCaller;
  /** Only once the bus is there. */
  serve(): McpServing;
}

/** Puts the MCP client together; nothing is loaded or connected before the first call. */
export function openMcp(around: Surroundings): OpenMcp {
  const { link, workerId, clock, log } = around;
  const leases = createNatsMcpLeases(around, {
    holder: { holder: workerId, ...ownIdentity() },
    isDead: (note) => note.holder !== workerId && isGone(note),
  });
  const holder = holdServers(
    {
      readConfig: (server) => requestMcpConfig(link, server),
      acquireLease: leases.acquire,
      connect: createSdkConnector(around),
      onToolsChanged: tellChanges(clock, (server) =>
        tellMcpChanged(link, { ...server, what: 'tools' }),
      ),
      createBreaker: () => createBreaker(HALF_OPEN_AFTER_MS),
      clock,
      log,
    },
    { idleMs: IDLE_MS, maxPrograms: MAX_PROGRAMS },
  );
  const caller = createMcpCaller({ holder, peers: createNatsMcpRequester(link), clock });
  return {
    caller,
    serve() {
      const open = new DisposableStack();
      const held = createHeldService(holder);
      const any = {
        call: (call: Parameters<McpCaller['call']>[0]) =>
          caller.call(call, new AbortController().signal),
        discover: caller.discover,
      };
      const service = open.use(serveMcp({ link, log }, { workerId, any, held }));
      open.use(
        watchMcpChanges(link, ({ org, server, what }) => {
          if (what === 'config') holder.outdate({ org, server });
        }),
      );
      return {
        async drain(late) {
          service.drain();
          await holder.drain(late);
        },
        [Symbol.dispose]: () => open.dispose(),
      };
    },
    [Symbol.asyncDispose]: () => holder[Symbol.asyncDispose](),
  };
}
