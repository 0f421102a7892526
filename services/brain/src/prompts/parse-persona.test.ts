import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parsePersona } from './parse-persona.ts';

const SHIPPED = join(import.meta.dirname, '../../../../operating_system/personas');

test('front matter says who answers, text what they are told', () => {
  const text = `---
name: cook
description: "Cooks: what is there"
model: claude-haiku-5-5
tools:
  - memory_search
  - 'execute_code'
---
Be brief.
<!-- slot: closing -->
Name the oven's heat.`;
  expect(parsePersona(text)).toEqual({
    name: 'cook',
    description: 'Cooks: what is there',
    model: 'claude-haiku-5-5',
    tools: ['memory_search', 'execute_code'],
    slots: { instructions: 'Be brief.', closing: "Name the oven's heat." },
  });
});

test('an empty list means no tools, and no list means all', () => {
  expect(parsePersona('---\nname: a\ntools: []\n---\nx').tools).toEqual([]);
  expect(parsePersona('---\nname: a\n---\nx').tools).toBe(undefined);
});

test.each([
  ['no front matter', 'Be brief.', /front matter/],
  ['no name', '---\nmodel: x\n---\ntext', /name/],
  ['a name with a blank', '---\nname: a b\n---\ntext', /name must be/],
  ['an unknown field', '---\nname: a\ncolour: red\n---\ntext', /no field colour/],
  ['a field twice', '---\nname: a\nname: b\n---\ntext', /twice/],
  ['a line that is no field', '---\nname: a\n!!\n---\ntext', /no field: !!/],
  ['a list that does not end', '---\nname: a\ntools: [x\n---\ntext', /does not end/],
  ['tools that are no list', '---\nname: a\ntools: x\n---\ntext', /must be a list/],
  ['no text', '---\nname: a\n---\n', /no text/],
])('%s is refused', (_, text, why) => {
  expect(() => parsePersona(text)).toThrow(why);
});

test('the shipped personas can be read, under the names of their files', () => {
  const files = readdirSync(SHIPPED);
  expect(files.length).toBeGreaterThanOrEqual(3);
  for (const file of files)
    expect(`${parsePersona(readFileSync(join(SHIPPED, file), 'utf8')).name}.md`).toBe(file);
});
