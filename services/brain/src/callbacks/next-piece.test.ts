import { expect, test } from 'vitest';
import { DUE_RULES, nextPiece, toPiece, toSentText, toWholeCharacters } from './next-piece.ts';

const NOTHING = toSentText('');

test('only what is new is told', () => {
  const sent = toSentText('Rye takes');
  expect(toPiece('Rye takes longer.', sent, 'iteration')).toEqual({
    text: ' longer.',
    replace: false,
  });
  expect(toPiece('Rye takes', sent, 'iteration')).toEqual({ text: '', replace: false });
  expect(toPiece('Rye takes longer.', NOTHING, 'iteration')).toEqual({
    text: 'Rye takes longer.',
    replace: false,
  });
});

test('in the mode full everything is told each time', () => {
  const sent = toSentText('Rye takes');
  expect(toPiece('Rye takes longer.', sent, 'full')).toEqual({
    text: 'Rye takes longer.',
    replace: true,
  });
});

test('text that took the place of what was sent replaces it', () => {
  const sent = toSentText('Rye takes');
  for (const text of ['Wheat takes less.', 'Wheat'])
    expect(toPiece(text, sent, 'sentence')).toEqual({ text, replace: true });
});

test('when it is not known what has arrived, everything is told again', () => {
  const sent = { chars: 4, hash: undefined };
  expect(toPiece('Rye takes', sent, 'periodic')).toEqual({ text: 'Rye takes', replace: true });
  expect(nextPiece('Rye', sent, 'periodic')).toEqual({ text: 'Rye', replace: true });
});

test('nothing is told while there is nothing new, or what was taken back is being said again', () => {
  const sent = toSentText('Rye takes');
  for (const text of ['', 'Rye', 'Rye takes', 'Rye takes\n '])
    expect(nextPiece(text, sent, 'periodic')).toBeUndefined();
  expect(nextPiece(' \n', { chars: 0, hash: undefined }, 'periodic')).toBeUndefined();
  expect(nextPiece('Rye', sent, 'full')).toBeUndefined();
});

const { atText = String, atTurn = String } = DUE_RULES.sentence;

test.each([
  ['Rye', ''],
  ['Rye.', ''],
  ['Rye costs 3.5', ''],
  ['Rye costs 3.5 euros. It', 'Rye costs 3.5 euros. '],
  ['One. Two! Three?\nFour', 'One. Two! Three?\n'],
])('of "%s" the sentences "%s" are over', (text, sentences) => {
  expect(atText(text)).toBe(sentences);
});

test('the end of a reply is the end of its sentence', () => {
  expect(atTurn('One. Two!')).toBe('One. Two!');
  expect(atTurn('One. Two')).toBe('One. ');
});

test('half a character is left for the next time', () => {
  const bread = 'bread 🥖';
  expect(toWholeCharacters(bread)).toBe(bread);
  expect(toWholeCharacters(bread.slice(0, -1))).toBe('bread ');
});
