import type { McpServerKey } from '@bakerst/contracts';
import { createDepartures } from './departures.ts';
import { McpFault } from './mcp-fault.ts';
import { connectInRoom, createProgramRoom, type ProgramRoom } from './program-room.ts';
import { type Breaker, createServerSlot, type ServerSlot, type SlotDeps } from './server-slot.ts';
import { whenAborted } from './when-aborted.ts';

/** A program that waits for its place leaves its caller some time for the call. */
const PATIENCE_MS = 5_000;

export interface EntryDeps extends SlotDeps {
  readonly createBreaker: () => Breaker;
}

export interface EntryOptions {
  /** A server that nobody calls for this long is let go. */
  readonly idleMs: number;
  /** So many servers that are programs run at a time; for another one, one that nobody uses is let go. */
  readonly maxPrograms: number;
}

/** For a call, or only for a look at its tools: that is no reason to keep a server. */
export type Purpose = 'call' | 'look';

/** What there is of a server as long as it is held. */
export interface ServerEntry {
  readonly slot: ServerSlot;
  readonly guard: Breaker;
}

/** The servers that a worker has in hand. Disposed of, it ends all of them once their running calls have ended. */
export interface ServerEntries extends AsyncDisposable {
  /**
   * Works with a server, which is kept at least for as long; held afresh if it was let go. Throws McpFault
   * MCP_WORKER_GONE once disposed of, and MCP_BUSY.
   */
  use<Result>(
    server: McpServerKey,
    purpose: Purpose,
    work: (entry: ServerEntry) => Promise<Result>,
  ): Promise<Result>;
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
  /** Monotonic time of the last moment at which a call used it. */
  calledAt: number | undefined;
  isProgram: boolean;
  idle: Disposable | undefined;
}

export function createServerEntries(deps: EntryDeps, options: EntryOptions): ServerEntries {
  const { clock } = deps;
  const entries = new Map<string, Entry>();
  const departures = createDepartures();
  const { promise: unused, resolve: beUnused } = Promise.withResolvers<void>();
  let mode: 'open' | 'draining' | 'closed' = 'open';
  const letGo = (entry: Entry): void => {
    entry.idle?.[Symbol.dispose]();
    // What is called next starts afresh, the breaker included.
    entries.delete(entry.key);
    departures.add(entry.key, entry.slot[Symbol.asyncDispose]());
    if (mode === 'draining' && entries.size === 0) beUnused();
  };
  const makeRoom = (): void => findIdlePrograms(entries.values()).slice(0, 1).forEach(letGo);
  const room = createProgramRoom({ ...options, clock, patienceMs: PATIENCE_MS, onFull: makeRoom });
  const enter = (server: McpServerKey): Entry => {
    if (mode === 'closed') throw closed();
    const key = toKey(server);
    const departed = departures.of(key);
    const entry = entries.get(key) ?? createEntry(deps, server, { departed, room });
    entries.set(key, entry);
    entry.idle?.[Symbol.dispose]();
    entry.users++;
    return entry;
  };
  const leave = (entry: Entry): void => {
    entry.users--;
    if (entry.users > 0 || entries.get(entry.key) !== entry) return;
    const keptMs = (entry.calledAt ?? -Infinity) + options.idleMs - clock.monotonic();
    if (mode !== 'open' || keptMs <= 0) letGo(entry);
    else entry.idle = clock.after(keptMs, () => letGo(entry));
    if (room.isAwaited()) makeRoom();
  };
  return {
    async use(server, purpose, work) {
      const entry = enter(server);
      try {
        return await work(entry);
      } finally {
        if (purpose === 'call') entry.calledAt = clock.monotonic();
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

/** The one that was called the longest time ago first. */
function findIdlePrograms(entries: Iterable<Entry>): readonly Entry[] {
  const idle = [...entries].filter(
    ({ users, isProgram, slot }) => users === 0 && isProgram && !slot.isEmpty(),
  );
  return idle.toSorted((one, other) => (one.calledAt ?? 0) - (other.calledAt ?? 0));
}

function toKey({ org, server }: McpServerKey): string {
  return `${org}/${server}`;
}

interface Place {
  /** The slot before it has been let go, and its lease been given back. */
  readonly departed: Promise<void>;
  readonly room: ProgramRoom;
}

function createEntry(
  deps: EntryDeps,
  { org, server }: McpServerKey,
  { departed, room }: Place,
): Entry {
  const slotDeps: SlotDeps = {
    ...deps,
    async acquireLease(key) {
      await departed;
      return await deps.acquireLease(key);
    },
    connect: connectInRoom(deps.connect, room, () => {
      entry.isProgram = true;
    }),
  };
  const entry: Entry = {
    key: toKey({ org, server }),
    slot: createServerSlot(slotDeps, { org, server }),
    guard: deps.createBreaker(),
    users: 0,
    calledAt: undefined,
    isProgram: false,
    idle: undefined,
  };
  return entry;
}

function closed(): McpFault {
  return new McpFault(
    { code: 'MCP_WORKER_GONE', status: 'unreached' },
    'this worker holds no servers any more',
  );
}
