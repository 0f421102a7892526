import type { MessagesRequest } from '../api/messages-request.ts';
import { arithmetic } from './arithmetic.ts';
import { codeBlocks } from './code-blocks.ts';
import { command } from './command.ts';
import { correction } from './correction.ts';
import { recallName, recallTopic, remember } from './memory.ts';
import { makeNotes } from './notes.ts';
import { readAsk } from './read-ask.ts';
import { type Ask, type OfflineRule, quote, type RuleAnswer, say } from './rule.ts';
import { schedule } from './schedule.ts';

/** Tried in this order; the first that knows what to do answers. */
const RULES: readonly OfflineRule[] = [
  arithmetic,
  codeBlocks,
  remember,
  recallName,
  recallTopic,
  correction,
  command,
  schedule,
];

/** Longer text is no sentence; it also bounds the time that an expression can take on hostile text. */
const MAX_SENTENCE_CHARS = 2_000;

/** What the offline model says to a request: by fixed rules, the same each time. */
export function answerOffline(request: MessagesRequest): RuleAnswer {
  const ask = readAsk(request);
  const notes = makeNotes(ask);
  if (notes !== undefined) return say(notes);
  for (const rule of ask.text.length > MAX_SENTENCE_CHARS ? [codeBlocks] : RULES) {
    const answer = rule.answer(ask);
    if (answer !== undefined)
      return isPossible(answer, ask) ? answer : say(explainMissing(rule, answer));
  }
  const answered = ask.rounds.at(-1)?.[0];
  return say(
    answered === undefined
      ? describeRules(ask)
      : `${answered.name} answered: ${quote(answered.text)}`,
  );
}

function isPossible(answer: RuleAnswer, ask: Ask): boolean {
  return answer.kind === 'say' || answer.calls.every(({ name }) => ask.tools.has(name));
}

function explainMissing(rule: OfflineRule, answer: RuleAnswer): string {
  const missing = answer.kind === 'call' ? (answer.calls[0]?.name ?? rule.tool) : rule.tool;
  return `I am the offline model, and I cannot ${rule.ability} here yet: the tool ${missing} is not offered to me.`;
}

function describeRules(ask: Ask): string {
  const examples = RULES.filter((rule) => ask.tools.has(rule.tool)).map(({ example }) => example);
  const known =
    examples.length === 0
      ? 'Here I am offered none of the tools that I know.'
      : `You can try:\n${examples.map((example) => `- ${example}`).join('\n')}`;
  return `I am the offline model: no account is set up, and I only follow a few fixed rules.

${known}

For the real thing add a key on the page, or put ANTHROPIC_API_KEY=… into .env-secrets and restart.`;
}
