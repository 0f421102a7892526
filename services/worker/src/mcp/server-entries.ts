import type { McpServerKey } from '@bakerst/contracts';
import { McpFault } from './mcp-fault.ts';
import { type Breaker, createServerSlot, type ServerSlot, type SlotDeps } from './server-slot.ts';
import { whenAborted } from './when-aborted.ts';

export interface EntryDeps extends SlotDeps {
  readonly createBreaker: () => Breaker;
}

export interface EntryOptions {
  /** A server that nobody calls for this long is let go. */
  readonly idleMs: number;
}

/** What there is of a server as long as it is held. */
export interface ServerEntry {
  readonly slot: ServerSlot;
  readonly guard: Breaker;
}

/** The servers that a worker has in hand. Disposed of, it ends all of them once their running calls have ended. */
export interface ServerEntries extends AsyncDisposable {
  /**
   * Works with a server, which is kept at least for as long; held afresh if it was let go. Throws McpFault
   * MCP_WORKER_GONE once disposed of.
   */
  use<Result>(server: McpServerKey, work: (entry: ServerEntry) => Promise<Result>): Promise<Result>;
  /** Its connection ends with its running calls, and what was wrong with it may have been put right. */
  outdate(server: McpServerKey): void;
  /**
   * Lets go of what nobody uses, and from now on of the rest as soon as nobody does. Resolves when nothing is used any
   * more, or when `late` is aborted.
   */
  drain(late: AbortSignal): Promise<void>;
}

interface Entry {
  readonly key: string;
  readonly slot: ServerSlot;
  guard: Breaker;
  users: number;
  idle: Disposable | undefined;
}

export function createServerEntries(deps: EntryDeps, { idleMs }: EntryOptions): ServerEntries {
  const entries = new Map<string, Entry>();
  const departures = createDepartures();
  const { promise: unused, resolve: beUnused } = Promise.withResolvers<void>();
  let mode: 'open' | 'draining' | 'closed' = 'open';
  const enter = (server: McpServerKey): Entry => {
    if (mode === 'closed') throw closed();
    const key = toKey(server);
    const entry = entries.get(key) ?? createEntry(deps, server, departures.of(key));
    entries.set(key, entry);
    entry.idle?.[Symbol.dispose]();
    entry.users++;
    return entry;
  };
  const letGo = (entry: Entry): void => {
    entry.idle?.[Symbol.dispose]();
    // What is called next starts afresh, the breaker included.
    entries.delete(entry.key);
    departures.add(entry.key, entry.slot[Symbol.asyncDispose]());
  };
  const leave = (entry: Entry): void => {
    entry.users--;
    if (entry.users > 0 || entries.get(entry.key) !== entry) return;
    if (mode === 'open') {
      entry.idle = deps.clock.after(idleMs, () => letGo(entry));
      return;
    }
    letGo(entry);
    if (entries.size === 0) beUnused();
  };
  return {
    async use(server, work) {
      const entry = enter(server);
      try {
        return await work(entry);
      } finally {
        leave(entry);
      }
    },
    outdate(server) {
      const entry = entries.get(toKey(server));
      if (entry === undefined) return;
      entry.slot.retire();
      entry.guard = deps.createBreaker();
    },
    async drain(late) {
      mode = 'draining';
      [...entries.values()].filter(({ users }) => users === 0).forEach(letGo);
      if (entries.size > 0) await Promise.race([unused, whenAborted(late)]);
    },
    async [Symbol.asyncDispose]() {
      mode = 'closed';
      [...entries.values()].forEach(letGo);
      await departures.all();
    },
  };
}

function toKey({ org, server }: McpServerKey): string {
  return `${org}/${server}`;
}

/** Its lease is asked for once the one before has been given back. */
function createEntry(
  deps: EntryDeps,
  { org, server }: McpServerKey,
  departed: Promise<void>,
): Entry {
  const acquireLease: SlotDeps['acquireLease'] = async (key) => {
    await departed;
    return await deps.acquireLease(key);
  };
  return {
    key: toKey({ org, server }),
    slot: createServerSlot({ ...deps, acquireLease }, { org, server }),
    guard: deps.createBreaker(),
    users: 0,
    idle: undefined,
  };
}

function closed(): McpFault {
  return new McpFault(
    { code: 'MCP_WORKER_GONE', status: 'unreached' },
    'this worker holds no servers any more',
  );
}

/** Slots that were let go, until nothing of them is left. */
interface Departures {
  add(key: string, departure: PromiseLike<void>): void;
  /** Of one server. */
  of(key: string): Promise<void>;
  all(): Promise<void>;
}

function createDepartures(): Departures {
  const underWay = new Map<string, Set<PromiseLike<void>>>();
  const of = async (key: string): Promise<void> => {
    await Promise.all(underWay.get(key) ?? []);
  };
  return {
    of,
    add(key, departure) {
      const ofServer = underWay.get(key) ?? new Set();
      underWay.set(key, ofServer.add(departure));
      void departure.then(() => {
        ofServer.delete(departure);
        if (ofServer.size === 0 && underWay.get(key) === ofServer) underWay.delete(key);
      });
    },
    async all() {
      await Promise.all([...underWay.keys()].map(of));
    },
  };
}
