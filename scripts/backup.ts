import { dirname, join } from 'node:path';
import { listBackups, readBackupKeep, takeBackup } from '@bakerst/kit/backups';
import { describeBackup } from './backup/describe-backup.ts';
import { readProductVersion } from './backup/product-version.ts';
import { toStartError } from './backup/to-start-error.ts';
import { withEnvSecrets } from './env/with-env-secrets.ts';
import { readArguments } from './read-arguments.ts';
import { runCommand } from './run-command.ts';
import { readSettings } from './supervisor/read-settings.ts';
import { openTerminal, type Terminal } from './terminal.ts';

const USAGE = `npm run backup [-- --list]

Makes a backup of the data directory (BAKERST_DATA_DIR, ./data) in its backups/, also while the system runs. It holds the
database as it is at one moment, the attachments and the key of MCP secrets, and no token; it is checked when written. The newest
BACKUP_KEEP (14) backups stay. npm run restore brings one back.

  --list   shows the backups that are there instead`;

const OPTIONS = {
  help: { type: 'boolean', short: 'h', default: false },
  list: { type: 'boolean', default: false },
} as const;

const terminal = openTerminal();
await runCommand(terminal, () => backup(terminal, process.argv.slice(2)));

async function backup(terminal: Terminal, args: readonly string[]): Promise<number> {
  const { help, list } = readArguments(args, OPTIONS, 'npm run backup -- --help');
  if (help) {
    terminal.print(USAGE);
    return 0;
  }
  const root = dirname(import.meta.dirname);
  const env = withEnvSecrets(process.env, { file: join(root, '.env-secrets'), say: terminal.say });
  const { dataDir } = readSettings(env, root);
  if (list) return await printList(terminal, dataDir);
  const keep = readBackupKeep(env);
  terminal.say(`backing up ${dataDir}`);
  const order = { dataDir, reason: 'manual', version: readProductVersion(root), keep } as const;
  const made = await takeBackup(order).catch(toStartError);
  terminal.say(`made and checked: ${describeBackup(made)}`);
  terminal.print(`${made.dir}\nnpm run restore -- ${made.name}`);
  return 0;
}

async function printList({ say, print }: Terminal, dataDir: string): Promise<number> {
  const backups = await listBackups(dataDir);
  if (backups.length === 0) say(`there is no backup in ${dataDir}: npm run backup makes one`);
  for (const backup of backups)
    print(`${describeBackup(backup)}${backup.isWhole ? '' : ', DAMAGED'}`);
  return 0;
}
