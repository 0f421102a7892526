import { dirname } from 'node:path';
import { withEnvSecrets } from './env/with-env-secrets.ts';
import { readArguments } from './read-arguments.ts';
import { runCommand } from './run-command.ts';
import { makeSignInLink } from './supervisor/make-sign-in-link.ts';
import { readSettings } from './supervisor/read-settings.ts';
import { openTerminal, type Terminal } from './terminal.ts';

const USAGE = `npm run link [-- --user <id>] [--org <id>]

Prints a link to the page of the running system by which somebody signs in, once, within 15 minutes. Without options it is
for the owner; another user is made if there is none of that name.

  --user   id of the user (owner)
  --org    id of the org (DEFAULT_ORG, which is home)`;

const OPTIONS = {
  help: { type: 'boolean', short: 'h', default: false },
  user: { type: 'string', default: 'owner' },
  org: { type: 'string' },
} as const;

const terminal = openTerminal();
await runCommand(terminal, () => link(terminal, process.argv.slice(2)));

async function link({ say, print }: Terminal, args: readonly string[]): Promise<number> {
  const { help, user, org } = readArguments(args, OPTIONS, 'npm run link -- --help');
  if (help) {
    print(USAGE);
    return 0;
  }
  const root = dirname(import.meta.dirname);
  const env = withEnvSecrets(process.env, { file: `${root}/.env-secrets`, say });
  const settings = readSettings(env, root);
  print(await makeSignInLink(settings, settings.dataDir, { user, org }));
  return 0;
}
