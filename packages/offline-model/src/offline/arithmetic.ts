import { formatValue, readExecution, reportExecution } from './execution-report.ts';
import { type Arithmetic, parseArithmetic } from './parse-arithmetic.ts';
import { type AnsweredCall, type Ask, call, type OfflineRule, say } from './rule.ts';

const TOOL = 'execute_code';
const QUESTION =
  /(?:\b(?:what(?:'s|’s| is)|whats|how much is|compute|calculate|evaluate|work out)\s+)(.+)$/i;
const ENDING = /(?:\bplease\b|[?!.=,\s])*$/i;

/** "what is 17 * 23?": computed on a worker like any other code, never in here. */
export const arithmetic: OfflineRule = {
  tool: TOOL,
  example: 'what is 17 * 23?',
  ability: 'compute',
  answer(ask) {
    const sum = readQuestion(ask);
    if (sum === undefined) return undefined;
    const answered = ask.rounds.at(-1)?.[0];
    if (answered === undefined) return call({ name: TOOL, input: { code: sum.code } });
    return say(report(sum, answered));
  },
};

function readQuestion({ text }: Ask): Arithmetic | undefined {
  const asked = QUESTION.exec(text)?.[1] ?? text;
  return parseArithmetic(asked.replace(ENDING, ''));
}

function report(sum: Arithmetic, answered: AnsweredCall): string {
  const execution = readExecution(answered);
  if (execution.kind !== 'value') return `${sum.shown}: ${reportExecution(answered)}`;
  if (typeof execution.value !== 'number') return `${sum.shown} has no finite result.`;
  return `${sum.shown} = ${formatValue(execution.value)}`;
}
