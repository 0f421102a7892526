import { rmSync } from 'node:fs';
import { type NatsServer, startNatsServer } from '@bakerst/bus/testing';
import type { History } from './history.ts';

/** The nats-server of a stage, always at the same address with the same store. */
export interface Broker extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly storeDir: string;
  /** SIGKILL, and a new process after `forMs`. */
  restart(fault: string, forMs: number): Promise<void>;
  /** SIGSTOP for so long. */
  freeze(fault: string, forMs: number): Promise<void>;
  /** SIGKILL, the whole store gone, and a new process. */
  wipe(fault: string): Promise<void>;
  /** SIGKILL, something done to the store, and a new process. */
  damage(fault: string, change: (storeDir: string) => void): Promise<void>;
}

interface BrokerOptions {
  readonly binary: string;
  readonly storeDir: string;
  readonly history: History;
}

export async function openBroker(options: BrokerOptions): Promise<Broker> {
  const { binary, storeDir, history } = options;
  let server: NatsServer = await startNatsServer({ binary, storeDir });
  const { url, port } = server;
  const start = async (): Promise<void> => {
    server = await startNatsServer({ binary, storeDir, port });
  };
  const note = (fault: string): void =>
    history.add({ type: 'fault', at: Date.now(), fault, target: 'nats-server' });
  const member: Broker = {
    url,
    port,
    storeDir,
    get pid() {
      return server.pid;
    },
    async restart(fault, forMs) {
      note(fault);
      await server[Symbol.asyncDispose]();
      await new Promise((resolve) => setTimeout(resolve, forMs));
      await start();
    },
    async freeze(fault, forMs) {
      note(fault);
      process.kill(server.pid, 'SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, forMs));
      process.kill(server.pid, 'SIGCONT');
    },
    wipe: (fault) => member.damage(fault, (dir) => rmSync(dir, { recursive: true, force: true })),
    async damage(fault, change) {
      note(fault);
      await server[Symbol.asyncDispose]();
      change(storeDir);
      await start();
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
  return member;
}
