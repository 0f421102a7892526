import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type BackupOrder, BackupReport } from './backup-messages.ts';

const PROGRAM = join(import.meta.dirname, 'backup-process.ts');
/** A disk that is slower than this does not answer at all. */
const TIMEOUT_MS = 60 * 60_000;

const start = promisify(execFile);

/** Makes a backup in a process of its own. Rejects when that ends without a word, or is aborted. */
export async function runBackupProcess(
  order: BackupOrder,
  signal: AbortSignal,
): Promise<BackupReport> {
  const { stdout } = await start(process.execPath, toArguments(order), {
    env: {},
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
    signal,
  });
  return BackupReport.parse(JSON.parse(stdout));
}

/** The same, and nothing else happens in this process meanwhile: for a start, before it serves anybody. */
export function runBackupProcessNow(order: BackupOrder): BackupReport {
  const stdout = execFileSync(process.execPath, toArguments(order), {
    env: {},
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
    encoding: 'utf8',
  });
  return BackupReport.parse(JSON.parse(stdout));
}

function toArguments(order: BackupOrder): readonly string[] {
  return [
    '--conditions=bakerst-source',
    '--disable-warning=ExperimentalWarning',
    PROGRAM,
    JSON.stringify(order),
  ];
}
