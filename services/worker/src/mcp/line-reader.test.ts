import { expect, test } from 'vitest';
import { createLineReader } from './line-reader.ts';

function read(chunks: readonly string[], maxBytes: number) {
  const seen: string[] = [];
  const reader = createLineReader({
    maxBytes,
    onLine: (line) => seen.push(line),
    onOverlong: (head, tail) => seen.push(`overlong ${head.slice(0, 3)}…${tail.slice(-3)}`),
  });
  for (const chunk of chunks) reader.push(Buffer.from(chunk));
  return { seen, isOverlong: reader.isOverlong() };
}

test.each([
  ['whole lines', ['one\ntwo\n'], ['one', 'two']],
  ['a line in pieces', ['o', 'n', 'e\ntw', 'o\n'], ['one', 'two']],
  ['an empty line', ['\n\none\n'], ['', '', 'one']],
  ['a line without an end', ['one\ntwo'], ['one']],
  ['a line that just fits', ['12345678\n'], ['12345678']],
  ['a line that is one byte too long', ['abc456def\nnext\n'], ['overlong abc…def', 'next']],
  ['a line too long in pieces', ['abc', '456', 'def', '\nnext\n'], ['overlong abc…def', 'next']],
])('%s', (_what, chunks, lines) => {
  expect(read(chunks, 8).seen).toEqual(lines);
});

test('a character in two chunks stays whole', () => {
  const [first, second] = [Buffer.from('é\n').subarray(0, 1), Buffer.from('é\n').subarray(1)];
  const seen: string[] = [];
  const reader = createLineReader({
    maxBytes: 8,
    onLine: (line) => seen.push(line),
    onOverlong: () => undefined,
  });
  reader.push(first);
  reader.push(second);
  expect(seen).toEqual(['é']);
});

test('in the middle of an overlong line it says so', () => {
  expect(read(['123456789'], 8).isOverlong).toBe(true);
  expect(read(['123456789\n'], 8).isOverlong).toBe(false);
});
