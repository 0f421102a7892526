/** A table of a Markdown page: its head, the line below it, and its rows, each with its cells. */
interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * The rows of `fresh` and those of `kept` that are about something else: a row is named by its first two cells. Ordered
 * as `names` has the first cell, then by the second one. Rows whose name is gone are left out, and a table with another
 * head is not kept.
 */
export function keepRows(kept: string, fresh: string, names: readonly string[]): string {
  const [old, now] = [readTable(kept), readTable(fresh)];
  const isSameKind = old.head.join() === now.head.join();
  const rows = new Map<string, readonly string[]>();
  for (const row of [...(isSameKind ? old.rows : []), ...now.rows])
    if (names.includes(row[0] ?? '')) rows.set(`${row[0]}|${row[1]}`, row);
  const sorted = [...rows.values()].toSorted(
    (one, other) =>
      names.indexOf(one[0] ?? '') - names.indexOf(other[0] ?? '') ||
      (one[1] ?? '').localeCompare(other[1] ?? '', 'en', { numeric: true }),
  );
  return toTable(now.head, sorted);
}

function readTable(text: string): Table {
  const [head = [], , ...rows] = text
    .split('\n')
    .filter((line) => line.trimStart().startsWith('|'))
    .map(toCells);
  return { head, rows };
}

/** A bar behind a backslash is text. */
function toCells(line: string): readonly string[] {
  return line
    .trim()
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}

/** In columns, as the page is formatted. */
function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, i) =>
    Math.max(3, ...[head, ...rows].map((row) => row[i]?.length ?? 0)),
  );
  const toLine = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  const line = widths.map((width) => '-'.repeat(width));
  return [head, line, ...rows].map(toLine).join('\n');
}
