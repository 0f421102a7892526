import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { sleepUnlessAborted } from '../local/sleep-unless-aborted.ts';
import type { Exit, Run } from '../programs/keep-running.ts';
import { type ServerFiles, signalServer } from './leftover-server.ts';
import { type Illness, watchHealth } from './server-health.ts';

const GUARD = join(import.meta.dirname, 'guard.sh');
const SYMPTOMS = {
  'never ready': 'reads its store and comes to no end',
  silent: 'gives no answer about its streams any more',
  unhealthy: 'is not healthy',
} as const satisfies Record<Illness, string>;
const TERM_MS = 5000;
const TERM_AGAIN_MS = 250;

interface ServerSpawn extends ServerFiles {
  readonly program: string;
  readonly port: number;
  readonly monitorPort: number;
  readonly logFd: number;
  readonly say: (line: string) => void;
  /** Told when it is unwell, before it is ended. */
  readonly onIllness: (illness: Illness) => void;
}

/** A run of nats-server under its guard. */
export interface ServerRun extends Run {
  /** As long as the supervisor or a service holds this, nats-server runs. */
  readonly lifeline: Writable;
}

/** Starts nats-server under guard.sh, in the supervisor's process group, and looks after its health. */
export function spawnServer(server: ServerSpawn): ServerRun {
  const { program, configFile, logFd } = server;
  const child = spawn('sh', [GUARD, program, '-c', configFile], {
    stdio: ['pipe', logFd, logFd],
  });
  if (child.stdin === null) throw new Error('nats-server was started without a lifeline');
  const lifeline = child.stdin;
  // NOTE: writing to a guard that is gone must not stop the supervisor; its end is told by 'close'.
  lifeline.on('error', () => undefined);
  const ready = Promise.withResolvers<void>();
  const ended = new AbortController();
  const exited = exitOf(child).finally(() => ended.abort());
  void endWhenUnwell(server, { onHealthy: ready.resolve, signal: ended.signal });
  return {
    ready: ready.promise,
    exited,
    lifeline,
    stop: () => {
      lifeline.end();
      void terminateUntilGone(server, ended.signal);
    },
    kill: () => {
      signalServer(server, 'SIGKILL');
      lifeline.destroy();
    },
  };
}

function exitOf(child: ChildProcess): Promise<Exit> {
  const { promise, resolve } = Promise.withResolvers<Exit>();
  child.once('error', (cause) =>
    resolve({ type: 'ended', how: `could not be started (${cause.message})` }),
  );
  child.once('close', (code, signal) =>
    resolve({ type: 'ended', how: `ended (${signal ?? `exit code ${code}`})` }),
  );
  return promise;
}

interface Watching {
  readonly onHealthy: () => void;
  readonly signal: AbortSignal;
}

async function endWhenUnwell(server: ServerSpawn, { onHealthy, signal }: Watching): Promise<void> {
  const { port, monitorPort, say, onIllness } = server;
  const illness = await watchHealth({ port, monitorPort, onHealthy, signal });
  if (illness === undefined) return;
  onIllness(illness);
  say(`nats-server ${SYMPTOMS[illness]}, ending it`);
  signalServer(server, 'SIGTERM');
  await sleepUnlessAborted(TERM_MS, signal);
  if (!signal.aborted) signalServer(server, 'SIGKILL');
}

/** The guard asks it to end, too; but a server that is just being started may miss the one or the other. */
async function terminateUntilGone(files: ServerFiles, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleepUnlessAborted(TERM_AGAIN_MS, signal);
    if (!signal.aborted) signalServer(files, 'SIGTERM');
  }
}
