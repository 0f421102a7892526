import type { Played } from './play-scenario.ts';

const SHOWN = 240;

/** One line of progress, and one for each reason. */
export function toLines({ scenario, seed, outcome, counts, reasons, ...played }: Played): string[] {
  const { seconds, historyFile } = played;
  const figures = toFigures(counts);
  const head = `${scenario.name} ${outcome} (seed ${seed}, ${Math.round(seconds)} s)${figures && `: ${figures}`}`;
  const lines = [head, ...reasons.map((reason) => `  ${shorten(reason)}`)];
  return outcome === 'broken' ? [...lines, `  what happened: ${historyFile}`] : lines;
}

/** One row for each scenario and seed, as a table of a Markdown page. */
export function toMarkdown(all: readonly Played[]): string {
  const day = new Date().toISOString().slice(0, 10);
  const rows = all.map(({ scenario, seed, outcome, counts, reasons, seconds }) => [
    scenario.name,
    String(seed),
    outcome === 'skipped' || outcome === 'void' ? `${outcome}: ${reasons.join('; ')}` : outcome,
    toFigures(counts),
    String(Math.round(seconds)),
    day,
  ]);
  const heads = ['promise', 'seed', 'outcome', 'counts', 'seconds', 'day'];
  return [heads, heads.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

/** Which promise turned red for which fault of the product. */
export function toMutantTable(all: readonly (Played & { readonly mutant: string })[]): string {
  const rows = all.map(({ mutant, scenario, outcome, seed, reasons }) => [
    mutant,
    scenario.name,
    outcome === 'broken' ? 'red' : `NOT NOTICED (${outcome})`,
    String(seed),
    shorten(reasons[0] ?? '', 120),
  ]);
  const heads = ['fault', 'promise', 'outcome', 'seed', 'noticed by'];
  return [heads, heads.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

function toFigures(counts: Played['counts']): string {
  return Object.entries(counts)
    .map(([what, n]) => `${what} ${n}`)
    .join(', ');
}

function shorten(text: string, length = SHOWN): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
