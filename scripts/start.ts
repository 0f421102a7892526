import { dirname, join } from 'node:path';
import { createSecrets, secretsIn } from '@bakerst/kit/secrets';
import { openOfflineModel } from '@bakerst/offline-model';
import { startUsage } from './env/usage.ts';
import { withEnvSecrets } from './env/with-env-secrets.ts';
import { runCommand } from './run-command.ts';
import { startPageBuild } from './supervisor/build-page.ts';
import { readSettings } from './supervisor/read-settings.ts';
import { runSupervisor } from './supervisor/run-supervisor.ts';
import { openStopRequest } from './supervisor/stop-request.ts';
import { openTerminal, type Terminal } from './terminal.ts';

const secrets = createSecrets();
const terminal = openTerminal(secrets);
await runCommand(terminal, () => start(terminal, process.argv.slice(2)));

async function start(terminal: Terminal, args: readonly string[]): Promise<number> {
  if (args.length > 0) {
    terminal.print(startUsage());
    return args.some((arg) => arg === '--help' || arg === '-h') ? 0 : 64;
  }
  const root = dirname(import.meta.dirname);
  // npm passes signals on to what it started; when npm itself is killed, only its absence tells.
  using stopRequest = openStopRequest({
    followParent: process.env['npm_lifecycle_event'] !== undefined,
  });
  const env = withEnvSecrets(process.env, { file: join(root, '.env-secrets'), say: terminal.say });
  for (const secret of secretsIn(env)) secrets.add(secret);
  const deps = { terminal, stopRequest, openOfflineModel, startPageBuild, hide: secrets.add };
  return await runSupervisor(deps, readSettings(env, root));
}
