import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { AuditExit, explainAudit } from './audit/explain-audit.ts';
import { runCommand } from './run-command.ts';
import { openTerminal } from './terminal.ts';

const USAGE = `npm run audit: asks the package registry for known holes in the packages that bakerst runs on.
Exit code ${AuditExit.clean}: none, ${AuditExit.holes}: some, ${AuditExit.unavailable}: the registry cannot be asked.`;

const terminal = openTerminal();
await runCommand(terminal, async () => {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    terminal.print(USAGE);
    return 0;
  }
  const root = dirname(import.meta.dirname);
  const pnpm = join(root, '.cache/toolchain/node_modules/pnpm/bin/pnpm.mjs');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [pnpm, 'audit', '--prod', ...args],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  const { exitCode, sentence } = explainAudit(status, `${stdout}${stderr}`);
  if (exitCode === AuditExit.holes) terminal.print(stdout);
  if (exitCode === AuditExit.clean) terminal.say(sentence);
  else terminal.complain(sentence);
  return exitCode;
});
