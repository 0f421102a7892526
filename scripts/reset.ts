import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { withEnvSecrets } from './env/with-env-secrets.ts';
import { resetData } from './reset/reset-data.ts';
import { runCommand } from './run-command.ts';
import { readSettings } from './supervisor/read-settings.ts';
import { openTerminal } from './terminal.ts';

const USAGE = `npm run reset [-- --yes]: deletes what bakerst keeps in its data directory (BAKERST_DATA_DIR, ./data).
Asks first, unless --yes is given; refuses while the system runs.`;

const terminal = openTerminal();
await runCommand(terminal, async () => {
  const args = process.argv.slice(2);
  if (args.some((arg) => arg !== '--yes')) {
    terminal.print(USAGE);
    return args.includes('--help') ? 0 : 64;
  }
  const root = dirname(import.meta.dirname);
  const env = withEnvSecrets(process.env, { file: join(root, '.env-secrets'), say: terminal.say });
  const ask = args.includes('--yes') ? async () => true : askOnTerminal;
  return await resetData({ terminal, ask }, readSettings(env, root).dataDir);
});

async function askOnTerminal(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    terminal.complain('there is nobody to ask here: add -- --yes');
    return false;
  }
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await lines.question(question)).trim() === 'yes';
  } finally {
    lines.close();
  }
}
