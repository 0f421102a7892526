import { dirname, join } from 'node:path';
import { createSecrets, secretsIn } from '@bakerst/kit/secrets';
import { withEnvSecrets } from './env/with-env-secrets.ts';
import { readArguments } from './read-arguments.ts';
import { restoreData } from './restore/restore-data.ts';
import { runCommand } from './run-command.ts';
import { readSettings } from './supervisor/read-settings.ts';
import { openTerminal, type Terminal } from './terminal.ts';

const USAGE = `npm run restore -- <backup>

Brings the data directory (BAKERST_DATA_DIR, ./data) back to a backup: "latest", a name that npm run backup -- --list
shows, or the path of a backup's directory. Refuses while the system runs, and a backup that is damaged. What is there
is kept aside in before-restore-<time>. What the backup holds unfinished is ended, not executed: nothing that has happened
since then happens again.`;

const OPTIONS = { help: { type: 'boolean', short: 'h', default: false } } as const;

const secrets = createSecrets();
const terminal = openTerminal(secrets);
await runCommand(terminal, () => restore(terminal, process.argv.slice(2)));

async function restore(terminal: Terminal, args: readonly string[]): Promise<number> {
  const [named, ...more] = args;
  const isName = named !== undefined && !named.startsWith('-') && more.length === 0;
  if (!isName) {
    const { help } = readArguments(args, OPTIONS, 'npm run restore -- --help');
    terminal.print(USAGE);
    return help ? 0 : 64;
  }
  const root = dirname(import.meta.dirname);
  const env = withEnvSecrets(process.env, { file: join(root, '.env-secrets'), say: terminal.say });
  for (const secret of secretsIn(env)) secrets.add(secret);
  await restoreData({ terminal, settings: readSettings(env, root) }, named);
  return 0;
}
