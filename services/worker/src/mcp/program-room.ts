import type { Clock } from '@bakerst/kit';
import { McpFault } from './mcp-fault.ts';
import type { McpConnector } from './ports.ts';

/** How many programs a worker runs at a time. Each has a place until nothing of it is left. */
export interface ProgramRoom {
  /** Somebody waits for a place. */
  isAwaited(): boolean;
  /** Takes a place, or the next one that becomes free; disposing of it twice does nothing. Throws McpFault MCP_BUSY. */
  enter(): Promise<Disposable>;
}

interface RoomOptions {
  readonly clock: Clock;
  readonly maxPrograms: number;
  /** How long one waits for a place. */
  readonly patienceMs: number;
  /** Somebody has begun to wait: a program that nobody uses may go. */
  readonly onFull: () => void;
}

export function createProgramRoom(options: RoomOptions): ProgramRoom {
  const { clock, maxPrograms, patienceMs, onFull } = options;
  const waiting = new Set<(place: Disposable) => void>();
  let taken = 0;
  const givePlace = (): Disposable => {
    taken++;
    const place = new DisposableStack();
    place.defer(() => {
      taken--;
      const [next] = waiting;
      if (next === undefined) return;
      waiting.delete(next);
      next(givePlace());
    });
    return place;
  };
  return {
    isAwaited: () => waiting.size > 0,
    async enter() {
      if (taken < maxPrograms) return givePlace();
      const { promise, resolve, reject } = Promise.withResolvers<Disposable>();
      using _late = clock.after(patienceMs, () => {
        waiting.delete(resolve);
        reject(busy(maxPrograms));
      });
      waiting.add(resolve);
      onFull();
      return await promise;
    },
  };
}

/** Connects to a program once there is a place for it, which it has until nothing is left of it. */
export function connectInRoom(
  connect: McpConnector,
  room: ProgramRoom,
  onProgram: () => void,
): McpConnector {
  return async (connecting) => {
    if (connecting.config.connection.transport !== 'stdio') return await connect(connecting);
    await using opening = new AsyncDisposableStack();
    opening.use(await room.enter());
    onProgram();
    const session = opening.use(await connect(connecting));
    const opened = opening.move();
    return { ...session, [Symbol.asyncDispose]: () => opened.disposeAsync() };
  };
}

function busy(maxPrograms: number): McpFault {
  return new McpFault(
    { code: 'MCP_BUSY', status: 'unreached' },
    `the worker runs ${maxPrograms} programs already, and all of them are used`,
  );
}
