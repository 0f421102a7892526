import { constants, setPriority } from 'node:os';
import { BackupError, takeBackup } from '@bakerst/kit/backups';
import { BackupOrder, type BackupReport } from './backup-messages.ts';

// Makes one backup, beside a brain that goes on: this reads much, and opens the database by another copy of SQLite.

const LOOK_EVERY_MS = 500;

setPriority(constants.priority.PRIORITY_LOW);
const parent = process.ppid;
// Without the brain that asked for it nobody would end this process.
setInterval(() => {
  if (process.ppid !== parent) process.exit(1);
}, LOOK_EVERY_MS).unref();

const report = await make(BackupOrder.parse(JSON.parse(process.argv[2] ?? '')));
process.stdout.write(JSON.stringify(report));

async function make(order: BackupOrder): Promise<BackupReport> {
  try {
    const { name } = await takeBackup(order);
    return { status: 'made', name };
  } catch (err) {
    if (!(err instanceof BackupError)) throw err;
    return { status: 'failed', reason: err.reason, message: err.message };
  }
}
