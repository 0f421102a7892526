import { type NatsServer, NeverReadyError, startNatsServer } from '@bakerst/bus/testing';
import { findFreePort } from '../../../scripts/local/local-port.ts';
import { suspectStore } from '../../../scripts/nats/damaged-store.ts';
import { watchHealth } from '../../../scripts/nats/server-health.ts';

/** Sooner than the supervisor gives up a store that is never read to its end: here they are small. */
const READY_MS = 15_000;

/** A nats-server that is ended and started again at one address with one store. */
export interface CaredServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** SIGKILL. */
  end(): Promise<void>;
  start(): Promise<void>;
  /** The same, and until its end it is started again when it is unwell, as the supervisor does it, and sooner. */
  startWithCare(): Promise<void>;
}

interface ServerPlace {
  readonly binary: string;
  readonly storeDir: string;
  readonly say: (line: string) => void;
}

export async function openCaredServer(place: ServerPlace): Promise<CaredServer> {
  const { storeDir, binary, say } = place;
  let server: NatsServer = await startNatsServer({ binary, storeDir });
  const { url, port } = server;
  const monitorPort = await findFreePort();
  const store = suspectStore({ dir: storeDir, say });
  let care = new AbortController();
  let treatment = Promise.resolve();
  const treat = async (): Promise<void> => {
    await server[Symbol.asyncDispose]();
    await startWithCare();
  };
  const end = async (): Promise<void> => {
    await treatment;
    care.abort();
    await server[Symbol.asyncDispose]();
  };
  const watch = async ({ signal }: AbortController): Promise<void> => {
    const illness = await watchHealth({ port, monitorPort, onHealthy: () => undefined, signal });
    if (illness === undefined || signal.aborted) return;
    say(`it is ${illness} and started again`);
    store.note(illness);
    treatment = treat();
    // Whoever ends it is told.
    treatment.catch(() => undefined);
  };
  const startWithCare = async (): Promise<void> => {
    const options = { binary, storeDir, port, monitorPort, readyMs: READY_MS };
    store.beforeStart();
    try {
      server = await startNatsServer(options);
    } catch (err) {
      if (!(err instanceof NeverReadyError)) throw err;
      store.note('never ready');
      store.beforeStart();
      server = await startNatsServer(options);
    }
    care = new AbortController();
    void watch(care);
  };
  return {
    url,
    port,
    get pid() {
      return server.pid;
    },
    end,
    async start() {
      server = await startNatsServer({ binary, storeDir, port });
    },
    startWithCare,
    [Symbol.asyncDispose]: end,
  };
}
