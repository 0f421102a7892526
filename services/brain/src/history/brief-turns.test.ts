import { expect, test } from 'vitest';
import { briefTurns } from './brief-turns.ts';

const turn = (seq: number, message: string) => ({ seq, message, answer: 'Yes.' });

test('every turn has its part of the room', () => {
  const turns = [turn(1, `alpha ${'word '.repeat(100)}`), turn(3, 'beta\n\n# gamma')];
  const told = briefTurns(turns, 400);
  expect(told.length).toBeLessThan(500);
  expect(told.split('\n')).toEqual([
    expect.stringMatching(/^- The person: alpha word .* \[…\]$/),
    '  The assistant: Yes.',
    '- The person: beta # gamma',
    '  The assistant: Yes.',
  ]);
});

test('of too many it says how many are not told', () => {
  const turns = Array.from({ length: 10 }, (_, at) => turn(at * 2 + 1, `message ${at}`));
  expect(briefTurns(turns, 160)).toBe(
    `- 8 earlier messages with their answers.
- The person: message 8
  The assistant: Yes.
- The person: message 9
  The assistant: Yes.`,
  );
});
