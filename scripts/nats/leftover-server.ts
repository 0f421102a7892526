import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 25;
const TERM_MS = 5000;
const KILL_MS = 2000;

/** By which a running nats-server is known. */
export interface ServerFiles {
  readonly configFile: string;
  readonly pidFile: string;
}

/**
 * Ends a nats-server that an earlier supervisor left: two on one store would destroy it.
 * Throws when it cannot be ended. Services of that supervisor which still finish their work go on with the new server, on the same port with the same passwords.
 */
export async function endLeftoverServer(files: ServerFiles): Promise<void> {
  if (readServerPid(files) === undefined) return;
  signalServer(files, 'SIGTERM');
  if (await isGoneWithin(files, TERM_MS)) return;
  signalServer(files, 'SIGKILL');
  if (await isGoneWithin(files, KILL_MS)) return;
  throw new Error(
    `the nats-server with pid ${readServerPid(files)} does not end, though it was killed`,
  );
}

/** Sends a signal to the nats-server; does nothing when there is none. */
export function signalServer(files: ServerFiles, signal: NodeJS.Signals): void {
  const pid = readServerPid(files);
  if (pid === undefined) return;
  try {
    process.kill(pid, signal);
  } catch {
    // NOTE: it ended between the look and the signal.
  }
}

async function isGoneWithin(files: ServerFiles, ms: number): Promise<boolean> {
  const giveUpAt = performance.now() + ms;
  while (readServerPid(files) !== undefined) {
    if (performance.now() > giveUpAt) return false;
    await delay(LOOK_EVERY_MS);
  }
  return true;
}

/** NOTE: the pid file outlives its writer, and the number may have become another program's. */
function readServerPid({ configFile, pidFile }: ServerFiles): number | undefined {
  const pid = Number(readIfThere(pidFile));
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  return commandOf(pid)?.includes(configFile) ? pid : undefined;
}

function commandOf(pid: number): string | undefined {
  if (process.platform === 'linux') return readIfThere(`/proc/${pid}/cmdline`);
  try {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return undefined; // NOTE: ps fails for a pid that is nobody's.
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // NOTE: no file, no server.
  }
}
