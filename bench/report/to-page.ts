import type { Row } from '../figures/row.ts';
import { listMissing, toMarkdownTable } from './to-table.ts';

/** docs/benchmarks.md. */
export function toPage(rows: readonly Row[], machine: string): string {
  const missing = listMissing(rows);
  return `# Benchmarks

Written by \`npm run bench -- --write\`. Those of code and tools stand [by themselves](benchmarks-tools.md). ${machine}.

Ours and the other are measured in the same rounds, by turns the one and the other first; a figure is the median of
the ratios that the rounds gave, with the lowest and the highest of them. The model is a scripted one on the same
machine, so nothing here waits for a network. The proxy is Express and the SDK alone; the bare parts of a turn with code
are two model calls by the SDK, the way of a job through NATS and an isolate, each with nothing around it. Lag is how much
later than due at the model a delta reaches its reader. A MB has 1,048,576 bytes.

${toMarkdownTable(rows)}
${missing.length === 0 ? '' : `\nNot measured: ${missing.join('; ')}.\n`}`;
}
