import {
  closeSync,
  constants,
  copyFileSync,
  openSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';

const MAX_LOG_BYTES = 10 * 1024 * 1024;
const LOOK_EVERY_MS = 60_000;

export interface Log extends Disposable {
  readonly file: string;
  /** For standard output and error of any number of processes; every write is appended. */
  readonly fd: number;
}

/** Opens a log that is moved to `<file>.1` when it has grown over 10 MB, now and while it is open. */
export function openLog(file: string): Log {
  const fd = openSync(file, 'a', 0o600);
  rotate(file);
  const timer = setInterval(() => rotate(file), LOOK_EVERY_MS).unref();
  return {
    file,
    fd,
    [Symbol.dispose]: () => {
      clearInterval(timer);
      closeSync(fd);
    },
  };
}

/**
 * Copies and empties the log, because those who write hold it open.
 * NOTE: a line written between the copy and the cut is lost; it is a log.
 */
function rotate(file: string): void {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= MAX_LOG_BYTES) return;
  try {
    copyFileSync(file, `${file}.1`, constants.COPYFILE_FICLONE);
  } catch {
    // NOTE: a full disk keeps no second copy, and needs the room of the first.
    rmSync(`${file}.1`, { force: true });
  }
  truncateSync(file);
}
