import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { StartError } from '@bakerst/kit/start-error';

const WAIT_MS = 3000;
const LOOK_EVERY_MS = 100;
const SQLITE_BUSY = 5;

interface DataDirHolder {
  readonly pid: number;
  readonly url?: string | undefined;
}

interface HoldOptions {
  /** Where the holder can be reached, if it can; for the message of the next one. */
  readonly url: string | undefined;
  readonly signal?: AbortSignal;
  /** What a refused start says to do about the one that runs. */
  readonly advice: string;
}

/**
 * Holds the data directory for this process alone until disposed of, or until the process ends, however it does: the
 * lock is the kernel's, taken by SQLite. Waits 3 s for another holder; then throws StartError naming its pid.
 * The lock's file stays: removing it would let two processes hold it.
 */
export async function holdDataDir(dataDir: string, options: HoldOptions): Promise<Disposable> {
  const lock = await acquire(dataDir, options);
  const note = join(dataDir, 'supervisor.json');
  const holder: DataDirHolder = { pid: process.pid, url: options.url };
  writeFileSync(note, `${JSON.stringify(holder)}\n`, { mode: 0o600 });
  return {
    [Symbol.dispose]: () => {
      rmSync(note, { force: true });
      lock.close();
    },
  };
}

async function acquire(dataDir: string, { signal, advice }: HoldOptions): Promise<DatabaseSync> {
  const giveUpAt = performance.now() + WAIT_MS;
  for (;;) {
    const lock = tryAcquire(join(dataDir, 'supervisor.lock'));
    if (lock !== undefined) return lock;
    if (performance.now() > giveUpAt) throw new StartError(`${describeHolder(dataDir)}: ${advice}`);
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
}

function tryAcquire(file: string): DatabaseSync | undefined {
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return lock;
  } catch (cause) {
    lock.close();
    if (
      cause instanceof Error &&
      'errcode' in cause &&
      (Number(cause.errcode) & 0xff) === SQLITE_BUSY
    )
      return undefined;
    throw new StartError(`${file} cannot be locked: remove it if nothing runs here`, { cause });
  }
}

function describeHolder(dataDir: string): string {
  const { pid, url } = readHolder(dataDir);
  return `bakerst already runs on ${dataDir} (pid ${pid ?? 'unknown'}${url === undefined ? '' : `, ${url}`})`;
}

/** Only for the message: the note may be missing, or that of a holder that was killed. */
function readHolder(dataDir: string): Partial<DataDirHolder> {
  try {
    const note: unknown = JSON.parse(readFileSync(join(dataDir, 'supervisor.json'), 'utf8'));
    if (typeof note !== 'object' || note === null) return {};
    return {
      ...('pid' in note && typeof note.pid === 'number' && { pid: note.pid }),
      ...('url' in note && typeof note.url === 'string' && { url: note.url }),
    };
  } catch {
    return {};
  }
}
