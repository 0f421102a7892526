import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findNatsServer } from '../../scripts/nats/find-nats-server.ts';
import { runCommand } from '../../scripts/run-command.ts';
import { openTerminal, type Terminal } from '../../scripts/terminal.ts';
import { unmountAll } from './runner/clean-up.ts';
import { keepRows } from './runner/keep-rows.ts';
import { type Played, playScenario } from './runner/play-scenario.ts';
import { type Options, readOptions, usage } from './runner/read-options.ts';
import { toLines, toMarkdown, toMutantTable } from './runner/report.ts';
import { SCENARIOS } from './scenarios.ts';

const ROOT = join(import.meta.dirname, '../..');
const DIR = join(ROOT, '.cache/faults');
const PAGE = join(ROOT, 'docs/reliability.md');
const EXIT_INTERRUPTED = 130;

/** The order of the rows on the page. */
const NAMES = SCENARIOS.map(({ name }) => name);
const MUTANTS = [...new Set(SCENARIOS.flatMap(({ mutants }) => mutants))];

const terminal = openTerminal();
await runCommand(terminal, async () => {
  const options = readOptions(process.argv.slice(2), SCENARIOS);
  if (options.isHelp) {
    terminal.print(usage(SCENARIOS));
    return 0;
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      // Everything that was started ends with this process; disks do not.
      unmountAll(DIR);
      process.exit(EXIT_INTERRUPTED);
    });
  const { file } = await findNatsServer({ env: process.env, say: terminal.say });
  return options.isMutants
    ? await playMutants(terminal, options, file)
    : await playAll(terminal, options, file);
});

async function playAll(
  { say, print }: Terminal,
  { seeds, chosen, level, isWriting }: Options,
  natsServer: string,
): Promise<number> {
  const all: Played[] = [];
  for (const seed of seeds)
    for (const scenario of chosen) {
      say(`${scenario.name}, seed ${seed}: ${scenario.promise}`);
      const played = await playScenario(scenario, { seed, level, natsServer, dir: DIR, say });
      all.push(played);
      for (const line of toLines(played)) say(line);
      // Not at the end: much of an hour's work is kept when something ends the rest.
      if (isWriting) writeInto('figures', toMarkdown([played]), NAMES);
    }
  print(`\n${toMarkdown(all)}`);
  return all.every(({ outcome }) => outcome === 'held' || outcome === 'skipped') ? 0 : 1;
}

async function playMutants(
  { say, print }: Terminal,
  { seeds, chosen, level, isWriting }: Options,
  natsServer: string,
): Promise<number> {
  const all: (Played & { readonly mutant: string })[] = [];
  const wanted = seeds.flatMap((seed) =>
    chosen.flatMap((scenario) => scenario.mutants.map((mutant) => ({ seed, scenario, mutant }))),
  );
  for (const { seed, scenario, mutant } of wanted) {
    say(`${scenario.name} with the fault ${mutant}, seed ${seed}`);
    const options = { seed, level, natsServer, mutant, dir: DIR, say };
    const played = { ...(await playScenario(scenario, options)), mutant };
    all.push(played);
    for (const line of toLines(played)) say(line);
    if (isWriting) writeInto('mutants', toMutantTable([played]), MUTANTS);
  }
  print(`\n${toMutantTable(all)}`);
  return all.every(({ outcome }) => outcome === 'broken') ? 0 : 1;
}

/** Puts these rows between the two marks of the page; rows about something else that stand there stay. */
function writeInto(mark: 'figures' | 'mutants', table: string, names: readonly string[]): void {
  const page = readFileSync(PAGE, 'utf8');
  const [before, rest] = page.split(`<!-- ${mark} -->`);
  const [kept = '', after] = rest?.split(`<!-- end of ${mark} -->`) ?? [];
  if (after === undefined) throw new Error(`${PAGE} has no place for the ${mark}`);
  const inside = `<!-- ${mark} -->\n\n${keepRows(kept, table, names)}\n\n<!-- end of ${mark} -->`;
  writeFileSync(PAGE, `${before}${inside}${after}`);
}
