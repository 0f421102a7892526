import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { variablesFor } from './env/variables.ts';
import { withEnvSecrets } from './env/with-env-secrets.ts';
import { readArguments } from './read-arguments.ts';
import { runCommand } from './run-command.ts';
import { readSettings } from './supervisor/read-settings.ts';
import { openTerminal } from './terminal.ts';

const USAGE = `npm run reindex

Makes every fact of the data directory (BAKERST_DATA_DIR, ./data) known to the search anew: its words, and its vector when an
embedder is configured (VOYAGE_API_KEY or EMBEDDINGS_BASE_URL). The system may run meanwhile; a pass that is cut short goes on
with the next one. A changed embedder needs none of this: the brain indexes what is old by itself.`;

const OPTIONS = { help: { type: 'boolean', short: 'h', default: false } } as const;
const PROGRAM = 'services/brain/src/memory/reindex/main.ts';

const terminal = openTerminal();
await runCommand(terminal, async () => {
  const { help } = readArguments(process.argv.slice(2), OPTIONS, 'npm run reindex -- --help');
  if (help) {
    terminal.print(USAGE);
    return 0;
  }
  const root = dirname(import.meta.dirname);
  const env = withEnvSecrets(process.env, { file: join(root, '.env-secrets'), say: terminal.say });
  const { dataDir } = readSettings(env, root);
  const options = ['--conditions=bakerst-source', '--disable-warning=ExperimentalWarning'];
  const child = spawn(process.execPath, [...options, join(root, PROGRAM)], {
    env: { ...variablesFor('brain', env), BAKERST_DATA_DIR: dataDir },
    stdio: 'inherit',
  });
  const [code] = await once(child, 'exit');
  return typeof code === 'number' ? code : 1;
});
