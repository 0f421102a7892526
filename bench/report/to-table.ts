import type { Row } from '../figures/row.ts';
import { HEADINGS, toCells } from './to-cells.ts';

/** The rows for a terminal, columns one below the other. */
export function toTable(rows: readonly Row[]): string {
  const lines = [HEADINGS, ...rows.map(toCells)];
  const widths = HEADINGS.map((_, column) =>
    Math.max(...lines.map((line) => widthOf(line[column]))),
  );
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function widthOf(cell: string | undefined): number {
  return cell?.length ?? 0;
}

/** The rows as a table of a Markdown page. */
export function toMarkdownTable(rows: readonly Row[]): string {
  const rule = HEADINGS.map(() => '---');
  return [HEADINGS, rule, ...rows.map(toCells)].map((line) => `| ${line.join(' | ')} |`).join('\n');
}

/** A sentence for each reason why something is missing from the table. */
export function listMissing(rows: readonly Row[]): readonly string[] {
  const reasons = rows.map(({ finding }) => (finding.kind === 'missing' ? finding.why : undefined));
  return [...new Set(reasons)].filter((why) => why !== undefined);
}
