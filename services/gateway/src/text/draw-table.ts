const BETWEEN = ' │ ';

/** A table in letters of one width, its head set apart. */
export function drawTable(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => countCharacters(row[column] ?? ''))),
  );
  const lines = rows.map((row) =>
    widths.map((width, i) => fill(row[i] ?? '', width)).join(BETWEEN),
  );
  const rule = widths.map((width) => '─'.repeat(width)).join('─┼─');
  return [lines[0] ?? '', rule, ...lines.slice(1)].map((line) => line.trimEnd()).join('\n');
}

function fill(text: string, width: number): string {
  return text + ' '.repeat(width - countCharacters(text));
}

/** As people count, an emoji is one. */
function countCharacters(text: string): number {
  return [...new Intl.Segmenter().segment(text)].length;
}
