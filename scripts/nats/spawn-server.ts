import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { httpGet } from '../local/http-request.ts';
import { sleepUnlessAborted } from '../local/sleep-unless-aborted.ts';
import type { Exit, Run } from '../programs/keep-running.ts';
import { type ServerFiles, signalServer } from './leftover-server.ts';

const GUARD = join(import.meta.dirname, 'guard.sh');
const FIRST_LOOKS_EVERY_MS = 20;
const LOOK_EVERY_MS = 2000;
const LOOK_TIMEOUT_MS = 2000;
/** So many bad looks in a row, and it is started again: after a full disk it does not recover by itself. */
const BAD_LOOKS = 3;
const TERM_MS = 5000;
const TERM_AGAIN_MS = 250;

interface ServerSpawn extends ServerFiles {
  readonly program: string;
  readonly monitorPort: number;
  readonly logFd: number;
  readonly say: (line: string) => void;
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
  void watchHealth(server, { onHealthy: ready.resolve, signal: ended.signal });
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

interface HealthWatch {
  readonly onHealthy: () => void;
  readonly signal: AbortSignal;
}

/** Until it is healthy for the first time a server is left in peace: it may have a large store to read. */
async function watchHealth(server: ServerSpawn, { onHealthy, signal }: HealthWatch): Promise<void> {
  while (!(await isHealthy(server))) {
    if (signal.aborted) return;
    await sleepUnlessAborted(FIRST_LOOKS_EVERY_MS, signal);
  }
  onHealthy();
  for (let badLooks = 0; badLooks < BAD_LOOKS; ) {
    await sleepUnlessAborted(LOOK_EVERY_MS, signal);
    if (signal.aborted) return;
    badLooks = (await isHealthy(server)) ? 0 : badLooks + 1;
  }
  if (signal.aborted) return;
  server.say('nats-server is not healthy any more, ending it');
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

async function isHealthy({ monitorPort }: ServerSpawn): Promise<boolean> {
  try {
    const url = `http://127.0.0.1:${monitorPort}/healthz?js-enabled-only=true`;
    return (await httpGet(url, LOOK_TIMEOUT_MS)).status === 200;
  } catch {
    return false; // NOTE: no answer is the answer.
  }
}
