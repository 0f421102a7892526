import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findNatsServer } from '../../scripts/nats/find-nats-server.ts';
import { runCommand } from '../../scripts/run-command.ts';
import { openTerminal, type Terminal } from '../../scripts/terminal.ts';
import { unmountAll } from './runner/clean-up.ts';
import { type Played, playScenario } from './runner/play-scenario.ts';
import { type Options, readOptions, usage } from './runner/read-options.ts';
import { toLines, toMarkdown, toMutantTable } from './runner/report.ts';
import { SCENARIOS } from './scenarios.ts';

const ROOT = join(import.meta.dirname, '../..');
const DIR = join(ROOT, '.cache/faults');
const PAGE = join(ROOT, 'docs/reliability.md');
const EXIT_INTERRUPTED = 130;

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
    }
  const table = toMarkdown(all);
  print(`\n${table}`);
  if (isWriting) writeInto('figures', table);
  return all.every(({ outcome }) => outcome === 'held' || outcome === 'skipped') ? 0 : 1;
}

async function playMutants(
  { say, print }: Terminal,
  { seeds, chosen, level, isWriting }: Options,
  natsServer: string,
): Promise<number> {
  const all: (Played & { readonly mutant: string })[] = [];
  for (const seed of seeds)
    for (const scenario of chosen)
      for (const mutant of scenario.mutants) {
        say(`${scenario.name} with the fault ${mutant}, seed ${seed}`);
        const options = { seed, level, natsServer, mutant, dir: DIR, say };
        const played = { ...(await playScenario(scenario, options)), mutant };
        all.push(played);
        for (const line of toLines(played)) say(line);
      }
  const table = toMutantTable(all);
  print(`\n${table}`);
  if (isWriting) writeInto('mutants', table);
  return all.every(({ outcome }) => outcome === 'broken') ? 0 : 1;
}

/** Replaces what stands between the two marks of the page. */
function writeInto(mark: 'figures' | 'mutants', table: string): void {
  const page = readFileSync(PAGE, 'utf8');
  const [before, rest] = page.split(`<!-- ${mark} -->`);
  const [, after] = rest?.split(`<!-- end of ${mark} -->`) ?? [];
  if (after === undefined) throw new Error(`${PAGE} has no place for the ${mark}`);
  const inside = `<!-- ${mark} -->\n\n${table}\n\n<!-- end of ${mark} -->`;
  writeFileSync(PAGE, `${before}${inside}${after}`);
}
