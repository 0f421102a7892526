import { dirname } from 'node:path';
import { findSmallBrowser, NoBrowserError } from './browser/find-browser.ts';
import { CHECKS, runChecks } from './checks/run-checks.ts';
import { findNatsServer } from './nats/find-nats-server.ts';
import { runCommand } from './run-command.ts';
import { openTerminal, type Terminal } from './terminal.ts';
import { describeTotals } from './test/describe-totals.ts';
import { LONG_TESTS, PAGE_TESTS } from './test/left-out-tests.ts';
import { runVitest } from './test/run-vitest.ts';

const USAGE = `npm test: checks (types, lint, dead code) and all tests.
npm test -- <part of a file name | vitest option> …: only those tests, without the checks.
The last line is "N passed, N failed" or "N passed, N failed, N skipped"; a check counts as one.`;

const withLong = process.env['TEST_LONG'] === '1';
const leftOut = LONG_TESTS.map((name) => ({
  name,
  reason: 'it takes minutes: npm run test:all',
}));

/** Why the tests of the page cannot be run; undefined once there is a browser for them. */
async function readyBrowser(terminal: Pick<Terminal, 'say'>): Promise<string | undefined> {
  try {
    process.env['CHROME_PATH'] = await findSmallBrowser({ env: process.env, say: terminal.say });
    return undefined;
  } catch (err) {
    if (!(err instanceof NoBrowserError)) throw err;
    process.env['TEST_PAGE'] = '0';
    return err.message;
  }
}

/** Whoever asks for some tests only may not ask for those of the page. */
function usesBrowser(args: readonly string[]): boolean {
  const named = args.filter((arg) => !arg.startsWith('-'));
  return (
    named.length === 0 ||
    named.some((name) => 'tests/ui/'.includes(name) || name.includes('tests/ui/'))
  );
}

const terminal = openTerminal();
await runCommand(terminal, async () => {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) {
    terminal.print(USAGE);
    return 0;
  }
  const place = { root: dirname(import.meta.dirname), path: process.env['PATH'] ?? '' };
  const { file } = await findNatsServer({ env: process.env, say: terminal.say });
  process.env['NATS_SERVER'] = file;
  const reason = usesBrowser(args) ? await readyBrowser(terminal) : undefined;
  const checks = await runChecks(args.length === 0 ? CHECKS : [], terminal, place);
  const tests = await runVitest(args);
  const skipped = [
    ...tests.skipped,
    ...(withLong || args.length > 0 ? [] : leftOut),
    ...(reason === undefined ? [] : [{ name: PAGE_TESTS, reason }]),
  ];
  for (const { name, reason } of skipped)
    terminal.print(`skipped ${name} (${reason ?? 'no reason given'})`);
  for (const name of checks.failed)
    terminal.print(`failed check: ${name}, its output stands above`);
  const failed = checks.failed.length + tests.failed;
  const passed = checks.passed + tests.passed;
  terminal.print(describeTotals({ passed, failed, skipped: skipped.length }));
  return failed === 0 ? 0 : 1;
});
