import { dirname } from 'node:path';
import { CHECKS, runChecks } from './checks/run-checks.ts';
import { runCommand } from './run-command.ts';
import { openTerminal } from './terminal.ts';

const terminal = openTerminal();
await runCommand(terminal, async () => {
  const place = { root: dirname(import.meta.dirname), path: process.env['PATH'] ?? '' };
  const { failed } = await runChecks(CHECKS, terminal, place);
  return failed.length === 0 ? 0 : 1;
});
