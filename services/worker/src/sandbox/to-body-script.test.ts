import { expect, test } from 'vitest';
import { toBodyScript } from './to-body-script.ts';

const MOMENT = { at: 0, seed: [1, 2, 3] } as const;

test.each([
  ['a missing brace', 'if (true) {\n  1', 'Unexpected token (2:4)'],
  ['a stray token on line 2', 'let a = 1;\nlet b = = 2', 'Unexpected token (2:9)'],
  ['a way out of the function around it', '})(); (async () => {', 'Unexpected token (1:1)'],
  ['a way out over a comment', '/*', 'Unterminated comment (1:1)'],
  ['an import declaration', "import fs from 'node:fs'", "'import' and 'export'"],
  ['a hashbang', '#!/usr/bin/env node', "Unexpected character '!' (1:2)"],
])('%s is no body', (_, source, message) => {
  expect(toBodyScript(source, MOMENT)).toEqual({
    ok: false,
    message: expect.stringContaining(message),
  });
});

test('every line of a body keeps its place behind the first line of the script', () => {
  const body = toBodyScript('one();\ntwo();\nfunction two() {}', MOMENT);
  expect(body.ok && body.script.split('\n').map((line) => line.includes('two'))).toEqual([
    false,
    false,
    true,
    true,
    false,
  ]);
});

/** Both took acorn as it comes from many seconds up to hours, or hundreds of megabytes. */
test.each([
  [
    'repeated group names in nested regular expressions',
    regExpBomb({ depth: 2_000, names: 2_000 }),
  ],
  [
    'thousands of names in nested blocks',
    `${'{'.repeat(1_000)}var ${names(8_000)}${'}'.repeat(1_000)}`,
  ],
])('%s are parsed in seconds, not minutes', (_, source) => {
  const startedAt = performance.now();
  expect(toBodyScript(source, MOMENT).ok).toBe(true);
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});

test('nesting deeper than the stack is refused', () => {
  const depth = 30_000;
  expect(toBodyScript(`${'('.repeat(depth)}1${')'.repeat(depth)}`, MOMENT).ok).toBe(false);
});

function regExpBomb({ depth, names }: { depth: number; names: number }): string {
  const groups = Array(names).fill('(?<a>)').join('|');
  const tower = `${'(?:'.repeat(depth)}${groups}${')'.repeat(depth)}`;
  return `/${tower}|${tower}/`;
}

function names(count: number): string {
  return Array.from({ length: count }, (_, index) => `a${index}`).join(',');
}
