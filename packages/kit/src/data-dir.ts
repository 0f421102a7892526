import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { StartError } from './start-error.ts';

/** File systems that other machines can reach too: SQLite's locks do not hold on them. */
const SHARED_FILE_SYSTEMS =
  /^(nfs\d?|cifs|smb\d?|smbfs|afpfs|webdav|9p|virtiofs|fuse\.(sshfs|smbnetfs|glusterfs|ceph.*|s3fs|rclone))$/;

/**
 * Makes the data directory (mode 0700) and returns its real path.
 * Throws StartError when it is no directory, cannot be written, or lies on a network share.
 */
export function prepareDataDir(dir: string): string {
  const path = makeWritable(dir);
  const fileSystem = fileSystemOf(path, readMounts());
  if (fileSystem !== undefined && SHARED_FILE_SYSTEMS.test(fileSystem))
    throw new StartError(
      `the data directory ${path} lies on a network share (${fileSystem}), where SQLite loses data: set BAKERST_DATA_DIR to a directory on a local disk`,
    );
  return path;
}

function makeWritable(dir: string): string {
  try {
    makeDirectory(resolve(dir));
    if (!statSync(dir).isDirectory()) throw new Error('it is not a directory');
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
    return realpathSync(dir);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StartError(
      `the data directory ${dir} cannot be written (${why}): set BAKERST_DATA_DIR to a directory of yours`,
      { cause },
    );
  }
}

/** NOTE: mkdirSync with `recursive` never returns where the kernel lets nobody make directories (/proc). */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (err) {
    // Somebody else may have made it meanwhile.
    if (!existsSync(path)) throw err;
  }
}

/** Linux only; elsewhere there is no such file and the check is left out. */
function readMounts(): string {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8');
  } catch {
    return '';
  }
}

/** The type of the file system that holds `path`, by the text of /proc/self/mountinfo (proc(5)); undefined when unknown. */
export function fileSystemOf(path: string, mountInfo: string): string | undefined {
  const mounts = mountInfo
    .split('\n')
    .map(parseMount)
    .filter((mount) => mount !== undefined)
    .filter(({ point }) => path === point || path.startsWith(point === '/' ? '/' : `${point}/`));
  return mounts.toSorted((a, b) => a.point.length - b.point.length).at(-1)?.type;
}

function parseMount(line: string): { point: string; type: string } | undefined {
  const [mount, source] = line.split(' - ');
  const point = mount?.split(' ')[4];
  const type = source?.split(' ')[0];
  if (point === undefined || type === undefined) return undefined;
  return { point: point.replace(/\\([0-7]{3})/g, (_, octal) => octalChar(octal)), type };
}

/** Blanks and backslashes of a mount point are written as octal escapes. */
function octalChar(octal: string): string {
  return String.fromCharCode(Number.parseInt(octal, 8));
}
