import type { CallbackMode } from '@bakerst/contracts';
import { sha256 } from '../idempotency/find-twin.ts';
import type { SentText } from './callback.ts';

/** Text for the receiver: added to what it has, or put in its place. */
export interface Piece {
  readonly text: string;
  readonly replace: boolean;
}

/**
 * What the receiver lacks of a text (BT-64). The whole of it when that is wanted (`full`), when it is not known what the
 * receiver has, or when that was taken back: a reply that broke off may have been given again in other words.
 */
export function toPiece(text: string, sent: SentText, mode: CallbackMode): Piece {
  if (mode === 'full') return { text, replace: true };
  const isKnown = sent.chars <= text.length && sent.hash === sha256(text.slice(0, sent.chars));
  return isKnown ? { text: text.slice(sent.chars), replace: false } : { text, replace: true };
}

/** The same while the text still grows; undefined when there is nothing to tell yet. */
export function nextPiece(text: string, sent: SentText, mode: CallbackMode): Piece | undefined {
  // What was taken back is mostly said again: that is waited for.
  const isShort = sent.hash !== undefined && text.length <= sent.chars;
  if (isShort || text.trim() === '') return undefined;
  const piece = toPiece(text, sent, mode);
  return piece.text.trim() === '' ? undefined : piece;
}

export function toSentText(text: string): SentText {
  return { chars: text.length, hash: sha256(text) };
}

/** What of a text may be told as it grows, and at the end of a reply that uses tools (BT-63). */
interface DueRule {
  readonly atText?: (text: string) => string;
  readonly atTurn?: (text: string) => string;
  /** The text is told by the clock. */
  readonly isTimed?: true;
  /** Nothing but the end is told. */
  readonly isSilent?: true;
}

const BY_TURNS: DueRule = { atTurn: (text) => text };

export const DUE_RULES: Readonly<Record<CallbackMode, DueRule>> = {
  complete: { isSilent: true },
  iteration: BY_TURNS,
  incremental: BY_TURNS,
  full: BY_TURNS,
  periodic: { isTimed: true },
  sentence: {
    atText: toSentences,
    atTurn: (text) => (/[.!?]$/.test(text) ? text : toSentences(text)),
  },
};

/** The text up to its last sentence that is surely over: a digit may follow a point yet. */
function toSentences(text: string): string {
  return /^.*[.!?]\s/s.exec(text)?.[0] ?? '';
}

/** The text without half of a character at its end. */
export function toWholeCharacters(text: string): string {
  return text.replace(/[\uD800-\uDBFF]$/, '');
}
