import { expect, test } from 'vitest';
import { foldText } from '../conversations/find-words.ts';
import { toContentWords } from './stop-words.ts';

test.each([
  ['What is my NAS called?', 'nas called'],
  ['When is bin day?', 'bin day'],
  ['The hat is in the drawer', 'hat drawer'],
  ['Wie heißt mein NAS?', 'heißt nas'],
  ['Wann ist die Katze beim Tierarzt?', 'katze tierarzt'],
  ['Was war für den Garten bestellt?', 'garten bestellt'],
  ['Bin ich gegen Nüsse allergisch?', 'gegen nusse allergisch'],
  ['espresso', 'espresso'],
  ['what is it', ''],
])('%j is about: %s', (text, expected) => {
  const words = foldText(text).match(/[\p{L}\p{N}]+/gu) ?? [];
  expect(toContentWords(words).join(' ')).toBe(expected);
});
