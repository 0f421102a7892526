import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const SRC = join(import.meta.dirname, '..');

/** Words for people, as they would stand in a component: in its markup, in an attribute that is read out, in a string. */
const WORDS = [
  /(?<!=)>\s*[A-Za-z][^<>{}=;()]*<\//g,
  /\b(?:aria-label|alt|label|placeholder|title)="[^"]*[A-Za-z][^"]*"/g,
  /(['"`])[A-Z][a-z]+ [a-z][^'"`\n]*\1/g,
];

function findWords(text: string): readonly string[] {
  return WORDS.flatMap((pattern) => text.match(pattern) ?? []);
}

test('everything that the page says stands in texts/', () => {
  const files = globSync('**/*.{ts,tsx}', { cwd: SRC }).filter(
    (file) => !file.startsWith('texts/') && !file.includes('test'),
  );
  expect(files.length).toBeGreaterThan(100);
  const strays = files.flatMap((file) =>
    readFileSync(join(SRC, file), 'utf8')
      .split('\n')
      .filter((line) => !/^\s*(?:\/\/|\/?\*)|\bError\(/.test(line))
      .flatMap(findWords)
      .map((words) => `${file}: ${words}`),
  );
  expect(strays).toEqual([]);
});

test.each([
  '<p>Nothing here</p>',
  '<button aria-label="Close">',
  "return 'Something went wrong';",
  '`Waiting for a while`',
])('words in a component are found: %s', (line) => {
  expect(findWords(line)).toHaveLength(1);
});
