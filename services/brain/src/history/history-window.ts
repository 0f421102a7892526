import type { Attachment } from '../attachments/attachment.ts';
import { estimateTokens } from '../attachments/to-attached-blocks.ts';
import type { AnsweredTurn, MeasuredRequest } from './ports.ts';

/** Characters that a token takes on average, for want of a count. */
const CHARS_PER_TOKEN = 4;
/** A count that is further off than this says more about what was counted than about the language. */
const MOST_TOKENS_PER_ESTIMATE = 8;
const LEAST_TOKENS_PER_ESTIMATE = 0.25;
/** A conversation of two or three short messages says nothing about how its text is counted. */
const LEAST_MEASURED_TOKENS = 500;

/** Tokens of a text, roughly. */
export function estimateText(text: string): number {
  return text.length / CHARS_PER_TOKEN;
}

/** As many characters as take so many tokens, roughly. */
export function toChars(tokens: number): number {
  return Math.floor(tokens * CHARS_PER_TOKEN);
}

/** By how much the estimate of this conversation's text is to be corrected: 1 as long as nothing is known. */
export function correctionOf(measured: MeasuredRequest | undefined): number {
  if (measured === undefined || measured.estimatedTokens < LEAST_MEASURED_TOKENS) return 1;
  const ratio = measured.tokens / measured.estimatedTokens;
  return Math.min(MOST_TOKENS_PER_ESTIMATE, Math.max(LEAST_TOKENS_PER_ESTIMATE, ratio));
}

interface WindowLimits {
  readonly tokens: number;
  /** See `correctionOf`. */
  readonly correction: number;
  /** What the messages carry, by their places. */
  readonly attached: ReadonlyMap<number, readonly Attachment[]>;
}

/** The newest turns that fit together, oldest first. */
export function fittingTurns<T extends AnsweredTurn>(
  turns: readonly T[],
  limits: WindowLimits,
): readonly T[] {
  let left = limits.tokens;
  const tooOld = turns.findLastIndex((turn) => {
    left -= estimateWhole(turn, limits);
    return left < 0;
  });
  return turns.slice(tooOld + 1);
}

interface NotesLimits extends WindowLimits {
  /** Turns that go to the model. */
  readonly turns: number;
}

/**
 * Which of the turns without notes are to be noted now, oldest first; none while all of them go to the model anyway, with
 * one more to come. Notes reach further than they must, to the middle of what the model gets: so they are made once in
 * several messages.
 */
export function turnsToNote(
  turns: readonly AnsweredTurn[],
  limits: NotesLimits,
): readonly AnsweredTurn[] {
  const all = turns.reduce((sum, turn) => sum + estimateWhole(turn, limits), 0);
  if (turns.length < limits.turns && all <= limits.tokens / 2) return [];
  const room = { ...limits, tokens: limits.tokens / 4 };
  const kept = Math.min(fittingTurns(turns, room).length, Math.floor(limits.turns / 2));
  return turns.slice(0, turns.length - kept);
}

/** With what its message carries. */
function estimateWhole(
  turn: AnsweredTurn,
  { correction, attached }: Pick<WindowLimits, 'correction' | 'attached'>,
): number {
  const files = attached.get(turn.seq) ?? [];
  return files.reduce((sum, file) => sum + estimateTokens(file), estimateTurn(turn) * correction);
}

function estimateTurn({ message, answer }: AnsweredTurn): number {
  return estimateText(message) + estimateText(answer);
}
