import { expect, test } from 'vitest';
import { toFirstWords } from './conversation.ts';
import { toSnippet, toWords } from './find-words.ts';
import { toTitle } from './title-conversation.ts';

test.each([
  ['  What is\n\nthis?  ', 'What is this?'],
  [`${'word '.repeat(20)}`, `${'word '.repeat(12).trim()}…`],
  ['x'.repeat(100), `${'x'.repeat(60)}…`],
  ['```js\nreturn 1;\n```', 'return 1;'],
  ['```', '```'],
  [`${'x'.repeat(59)}😀!`, `${'x'.repeat(59)}…`],
])('the first words of %j are %j', (text, words) => {
  expect(toFirstWords(text)).toBe(words);
});

test.each([
  ['"Bread for Sunday."', 'Bread for Sunday'],
  ['# Bread\nfor Sunday', 'Bread for Sunday'],
  ['**Bread**', 'Bread'],
  ['C++ in 10 minutes?', 'C++ in 10 minutes?'],
  ['  ', ''],
  ['x'.repeat(200), 'x'.repeat(80)],
])('%j becomes the title %j', (text, title) => {
  expect(toTitle(text)).toBe(title);
});

test.each([
  ['Café AND "zürich"', ['cafe', 'and', 'zurich']],
  ['a a A', ['a']],
  ['***', []],
  ['w1 w2 '.repeat(20), ['w1', 'w2']],
])('the words of %j are %j', (query, words) => {
  expect(toWords(query)).toEqual(words);
});

test.each([
  { text: 'short text', words: ['text'], snippet: 'short text', marked: ['text'] },
  { text: 'no such word', words: ['missing'], snippet: 'no such word', marked: [] },
  {
    text: 'Textbooks and text',
    words: ['and', 'text'],
    snippet: 'Textbooks and text',
    marked: ['Textbooks', 'and', 'text'],
  },
  {
    text: `${'a '.repeat(200)}Zürich${' b'.repeat(200)}`,
    words: ['zurich'],
    snippet: expect.stringMatching(/^…(a )+Zürich( b)+…$/) as string,
    marked: ['Zürich'],
  },
])('in $text, $words is shown where it stands', ({ text, words, snippet, marked }) => {
  const shown = toSnippet(text, words);
  expect(shown.snippet).toEqual(snippet);
  expect(shown.marks.map(([from, to]) => shown.snippet.slice(from, to))).toEqual(marked);
});
