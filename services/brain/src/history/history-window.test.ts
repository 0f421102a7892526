import { describe, expect, test } from 'vitest';
import type { Attachment } from '../attachments/attachment.ts';
import { correctionOf, fittingTurns, turnsToNote } from './history-window.ts';
import type { AnsweredTurn } from './ports.ts';

/** Turns of so many tokens each, by the estimate of four characters. */
function talk(count: number, tokens = 10): AnsweredTurn[] {
  return Array.from({ length: count }, (_, i) => ({
    seq: i * 2 + 1,
    message: 'm'.repeat(tokens * 2),
    answer: 'a'.repeat(tokens * 2),
  }));
}

const seqs = (turns: readonly AnsweredTurn[]) => turns.map(({ seq }) => seq);
const NO_FILES = new Map<number, readonly Attachment[]>();
const PLAIN = { correction: 1, attached: NO_FILES };

describe('the window', () => {
  test.each([
    [30, 1, [1, 3, 5]],
    [29, 1, [3, 5]],
    [9, 1, []],
    [30, 2, [5]],
    [30, 0.5, [1, 3, 5]],
  ])('in %i tokens, corrected by %d, go the turns %j', (tokens, correction, expected) => {
    const found = fittingTurns(talk(3), { tokens, correction, attached: NO_FILES });
    expect(seqs(found)).toEqual(expected);
  });

  test('what a turn carries counts with it', () => {
    const image = { kind: 'image', sizeBytes: 1_000 } as Attachment;
    const attached = new Map([[3, [image]]]);
    const limits = { tokens: 1_600, correction: 1, attached };
    expect(seqs(fittingTurns(talk(3), limits))).toEqual([5]);
  });

  test.each([
    ['nothing is known', undefined, 1],
    ['a request was too short to tell', { estimatedTokens: 100, tokens: 900 }, 1],
    ['text takes twice the tokens', { estimatedTokens: 1_000, tokens: 2_000 }, 2],
    ['a count is far off', { estimatedTokens: 1_000, tokens: 90_000 }, 8],
    ['a count is near nothing', { estimatedTokens: 1_000, tokens: 1 }, 0.25],
  ])('where %s the estimate is corrected', (_, measured, expected) => {
    expect(correctionOf(measured)).toBe(expected);
  });
});

describe('notes', () => {
  test.each([
    ['no turn', 0, 5, []],
    ['fewer turns than the model gets', 4, 5, []],
    ['as many: the next message would push one out', 5, 5, [1, 3, 5]],
    ['more', 7, 5, [1, 3, 5, 7, 9]],
    ['a window of one', 1, 1, [1]],
    ['a window of two', 2, 2, [1]],
  ])('%s', (...[, count, turns, expected]) => {
    expect(seqs(turnsToNote(talk(count), { ...PLAIN, turns, tokens: 10_000 }))).toEqual(expected);
  });

  test.each([
    ['half of the room is left', 2, []],
    ['less is left', 3, [1, 3]],
  ])('few long turns where %s', (_, count, expected) => {
    expect(seqs(turnsToNote(talk(count, 10), { ...PLAIN, turns: 50, tokens: 40 }))).toEqual(
      expected,
    );
  });

  test('a turn that is too long by itself is noted at once', () => {
    expect(seqs(turnsToNote(talk(1, 100), { ...PLAIN, turns: 5, tokens: 40 }))).toEqual([1]);
  });

  test('what messages carry takes its part of the room, and so does text that takes more than it seems', () => {
    const image = { kind: 'image', sizeBytes: 1_000 } as Attachment;
    const limits = { ...PLAIN, turns: 50, tokens: 2_000 };
    expect(turnsToNote(talk(3), limits)).toEqual([]);
    expect(seqs(turnsToNote(talk(3), { ...limits, attached: new Map([[3, [image]]]) }))).toEqual([
      1, 3,
    ]);
    expect(seqs(turnsToNote(talk(3, 200), { ...limits, correction: 2 }))).toEqual([1, 3]);
  });
});
