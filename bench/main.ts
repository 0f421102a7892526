import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findNatsServer } from '../scripts/nats/find-nats-server.ts';
import { runCommand } from '../scripts/run-command.ts';
import { openTerminal, type Terminal } from '../scripts/terminal.ts';
import { judge } from './figures/row.ts';
import { busyUser } from './measurements/busy-user.ts';
import { codeTurn } from './measurements/code-turn.ts';
import { durability } from './measurements/durability.ts';
import { firstText } from './measurements/first-text.ts';
import { hostileCode } from './measurements/hostile-code.ts';
import { hungServers } from './measurements/hung-servers.ts';
import { jobRivals, jobRoundTrip } from './measurements/job-round-trip.ts';
import { manyRuns } from './measurements/many-runs.ts';
import type { Measurement } from './measurements/measurement.ts';
import { memory } from './measurements/memory.ts';
import { metricsCost } from './measurements/metrics-cost.ts';
import { page } from './measurements/page.ts';
import { pageReturn } from './measurements/page-return.ts';
import { plainTurn } from './measurements/plain-turn.ts';
import { recovery } from './measurements/recovery.ts';
import { sandbox } from './measurements/sandbox.ts';
import { search } from './measurements/search.ts';
import { slowStreams200, slowStreams500 } from './measurements/slow-streams.ts';
import { start } from './measurements/start.ts';
import { taskTokens } from './measurements/task-tokens.ts';
import { toolCalls } from './measurements/tool-calls.ts';
import { type Options, readOptions, usage } from './read-options.ts';
import { describeMachine } from './report/describe-machine.ts';
import { toPage } from './report/to-page.ts';
import { toMarkdownTable, toTable } from './report/to-table.ts';
import { runMeasurements } from './run-measurements.ts';

const ROOT = dirname(import.meta.dirname);

const MEASUREMENTS: readonly Measurement[] = [
  firstText,
  plainTurn,
  codeTurn,
  slowStreams200,
  slowStreams500,
  busyUser,
  sandbox,
  toolCalls,
  taskTokens,
  hostileCode,
  hungServers,
  durability,
  metricsCost,
  jobRoundTrip,
  ...(process.env['BENCH_RIVALS'] === '1' ? [jobRivals] : []),
  recovery,
  manyRuns,
  search,
  memory,
  page,
  pageReturn,
  start,
];

const terminal = openTerminal();
await runCommand(terminal, async () => {
  const options = readOptions(process.argv.slice(2), MEASUREMENTS);
  if (!options.isHelp) return await bench(terminal, options);
  terminal.print(usage(MEASUREMENTS));
  return 0;
});

/** 0 when everything was measured, however good it is; 1 when something could not be. */
async function bench({ say, print }: Terminal, options: Options): Promise<number> {
  using open = new DisposableStack();
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => stop.abort(new Error(`stopped (${signal})`)));
  const nats = await findNatsServer({ env: process.env, say, signal: stop.signal });
  const cache = join(ROOT, '.cache');
  mkdirSync(cache, { recursive: true });
  const dir = open.adopt(mkdtempSync(join(cache, 'bench-')), (path) =>
    rmSync(path, { recursive: true, force: true }),
  );
  const { rounds } = options;
  const machine = describeMachine({ dir, natsVersion: nats.version, rounds });
  say(machine);
  if (options.isQuick) say(`quick: ${rounds} rounds give a hint, not a figure`);
  const rows = await runMeasurements(options.chosen, {
    rounds,
    dir,
    root: ROOT,
    natsServer: nats.file,
    path: process.env['PATH'] ?? '',
    env: process.env,
    signal: stop.signal,
    say,
  });
  print(`\n${toTable(rows)}\n\n${machine}\n\n${toMarkdownTable(rows)}`);
  if (options.isWriting && !stop.signal.aborted)
    writeFileSync(join(ROOT, 'docs/benchmarks.md'), toPage(rows, machine));
  return rows.some((row) => judge(row) === 'not measured') ? 1 : 0;
}
