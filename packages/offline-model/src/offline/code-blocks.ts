import { reportExecution } from './execution-report.ts';
import { call, type OfflineRule, say } from './rule.ts';

const TOOL = 'execute_code';
const MAX_BLOCKS = 10;
const OPENING = /^\s*```\s*(?:js|javascript|ts|typescript)\s*$/i;
const CLOSING = /^\s*```\s*$/;

/** Fenced code runs as it stands; several blocks run in parallel and are answered together. */
export const codeBlocks: OfflineRule = {
  tool: TOOL,
  example: 'a ```js … ``` block of code',
  ability: 'run code',
  answer(ask) {
    const blocks = readCodeBlocks(ask.text);
    if (blocks.length === 0) return undefined;
    const answered = ask.rounds.at(-1);
    if (answered === undefined)
      return call(...blocks.slice(0, MAX_BLOCKS).map((code) => ({ name: TOOL, input: { code } })));
    const reports = answered.map(reportExecution);
    const left = blocks.length - reports.length;
    const lines = reports.map((report, index) =>
      blocks.length === 1 ? report : `Block ${index + 1}. ${report}`,
    );
    return say([...lines, ...(left > 0 ? [`I left out ${left} more blocks.`] : [])].join('\n\n'));
  },
};

/** Line by line instead of by one expression, which a message of fences without end could slow down. */
function readCodeBlocks(text: string): readonly string[] {
  const blocks: string[] = [];
  let lines: string[] | undefined;
  for (const line of text.split('\n')) {
    if (lines === undefined) lines = OPENING.test(line) ? [] : undefined;
    else if (CLOSING.test(line)) {
      blocks.push(lines.join('\n'));
      lines = undefined;
    } else lines.push(line);
  }
  if (lines !== undefined) blocks.push(lines.join('\n'));
  return blocks.filter((code) => code.trim() !== '');
}
