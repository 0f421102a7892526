const BETWEEN = ' │ ';
/** A wider column is broken by every telephone, and with it all that stands beside. */
const COLUMN_MAX_CHARS = 48;
/** What may be drawn for each character of the cells: blanks of a column of which one cell is long are no text. */
const DRAWN_SHARE = 3;
const segmenter = new Intl.Segmenter();

type Rows = readonly (readonly string[])[];

/**
 * A table in letters of one width, its head set apart; where its columns are too wide for that, or nearly empty, each
 * cell in a line behind its head, or each row as it stands. Never much longer than its cells.
 */
export function drawTable(rows: Rows): string {
  const columns = rows.reduce((most, { length }) => Math.max(most, length), 0);
  const widths = Array.from({ length: columns }, (_, column) =>
    rows.reduce((most, row) => Math.max(most, countCharacters(row[column] ?? '')), 0),
  );
  const most = DRAWN_SHARE * rows.reduce((size, row) => size + sizeOf(row), 0);
  const isNarrow = widths.every((width) => width <= COLUMN_MAX_CHARS);
  const width = widths.reduce((sum, each) => sum + each + BETWEEN.length, 0);
  if (isNarrow && width * (rows.length + 1) <= most) return drawColumns(rows, widths);
  const [head = [], ...body] = rows;
  const isHeaded = body.length > 0 && body.length * sizeOf(head) <= most;
  return isHeaded ? drawLines(head, body) : rows.map((row) => row.join(BETWEEN)).join('\n');
}

function sizeOf(row: readonly string[]): number {
  return row.reduce((size, cell) => size + cell.length + BETWEEN.length, 0);
}

function drawColumns(rows: Rows, widths: readonly number[]): string {
  const lines = rows.map((row) =>
    widths.map((width, i) => fill(row[i] ?? '', width)).join(BETWEEN),
  );
  const rule = widths.map((width) => '─'.repeat(width)).join('─┼─');
  return [lines[0] ?? '', rule, ...lines.slice(1)].map((line) => line.trimEnd()).join('\n');
}

function drawLines(head: readonly string[], body: Rows): string {
  return body
    .map((row) => {
      const lines = row.map((cell, i) => drawLine(head[i] ?? '', cell));
      return lines.filter((line) => line !== '').join('\n');
    })
    .join('\n\n');
}

function drawLine(head: string, cell: string): string {
  return head.trim() === '' ? cell : `${head}: ${cell}`.trimEnd();
}

function fill(text: string, width: number): string {
  return text + ' '.repeat(width - countCharacters(text));
}

/** As people count, an emoji is one. */
function countCharacters(text: string): number {
  return /^[\x20-\x7e]*$/.test(text) ? text.length : [...segmenter.segment(text)].length;
}
