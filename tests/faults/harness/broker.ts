import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { openCaredServer } from './cared-server.ts';
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
  /** SIGKILL, something done to the store, and a new process; the supervisor would look after one that is unwell. */
  damage(fault: string, change: (storeDir: string) => void): Promise<void>;
}

interface BrokerOptions {
  readonly binary: string;
  readonly storeDir: string;
  readonly history: History;
}

export async function openBroker({ binary, storeDir, history }: BrokerOptions): Promise<Broker> {
  const say = (value: string): void =>
    history.add({ type: 'note', at: Date.now(), note: 'nats-server', value });
  const server = await openCaredServer({ binary, storeDir, say });
  const note = (fault: string): void =>
    history.add({ type: 'fault', at: Date.now(), fault, target: 'nats-server' });
  const member: Broker = {
    url: server.url,
    port: server.port,
    storeDir,
    get pid() {
      return server.pid;
    },
    async restart(fault, forMs) {
      note(fault);
      await server.end();
      await delay(forMs);
      await server.start();
    },
    async freeze(fault, forMs) {
      note(fault);
      process.kill(server.pid, 'SIGSTOP');
      await delay(forMs);
      process.kill(server.pid, 'SIGCONT');
    },
    wipe: (fault) => member.damage(fault, (dir) => rmSync(dir, { recursive: true, force: true })),
    async damage(fault, change) {
      note(fault);
      await server.end();
      change(storeDir);
      await server.startWithCare();
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
  return member;
}
