import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 200;
const SAY_EVERY_MS = 4000;

/**
 * Runs `work` while no other start of this checkout installs anything.
 *
 * The lock is a directory that holds one file, named after its owner's pid. It is moved into place with the file inside,
 * so it is never seen without an owner; a dead owner's file is removed by its name, so a lock that somebody else took
 * meanwhile stays; and a directory can be moved over an empty one.
 */
export async function withInstallLock({ cacheDir, say, starter }, work) {
  const dir = join(cacheDir, 'install.lock');
  for (let waitedMs = 0; !tryAcquire(dir); waitedMs += LOOK_EVERY_MS) {
    starter.throwIfGone();
    const owner = ownerOf(dir);
    if (owner !== undefined && !isInstalling(owner)) rmSync(join(dir, owner), { force: true });
    else if (waitedMs % SAY_EVERY_MS === 0) say('another start is installing, waiting for it');
    await delay(LOOK_EVERY_MS);
  }
  try {
    return await work();
  } finally {
    release(dir);
  }
}

function tryAcquire(dir) {
  const mine = `${dir}.${process.pid}`;
  rmSync(mine, { recursive: true, force: true });
  mkdirSync(mine);
  writeFileSync(join(mine, String(process.pid)), '');
  try {
    renameSync(mine, dir);
    return true;
  } catch (error) {
    rmSync(mine, { recursive: true, force: true });
    if (error.code === 'ENOTEMPTY' || error.code === 'EEXIST') return false;
    throw error;
  }
}

function ownerOf(dir) {
  try {
    return readdirSync(dir)[0];
  } catch {
    return undefined; // NOTE: the lock was released between two looks.
  }
}

/** Our own pid is a former process's: in a container every start has the same one. */
function isInstalling(owner) {
  const pid = Number(owner);
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
  return commandOf(pid)?.includes('bootstrap.mjs') ?? true;
}

function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return undefined; // NOTE: without /proc the pid alone must do.
  }
}

function release(dir) {
  try {
    unlinkSync(join(dir, String(process.pid)));
    rmdirSync(dir);
  } catch {
    // NOTE: another start may already have moved its own lock over the emptied one.
  }
}
