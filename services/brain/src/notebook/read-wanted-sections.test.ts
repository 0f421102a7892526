import { expect, test } from 'vitest';
import { readWantedSections } from './read-wanted-sections.ts';

function read(sections: unknown): unknown {
  const wanted = readWantedSections({ sections });
  return typeof wanted === 'string' ? wanted : Object.fromEntries(wanted.wanted);
}

test.each([
  ['an object', { Tea: 'green', Old: null }],
  ['a text', '{"Tea":"green","Old":null}'],
  ['a text with a brace too many', '{"Tea":"green","Old":null}}'],
  ['a text with three of them', ' {"Tea":"green","Old":null}} }\n} '],
])('%s is read', (_, sections) => {
  expect(read(sections)).toEqual({ Tea: 'green', Old: null });
});

test('only a text is told of', () => {
  expect(readWantedSections({ sections: '{"a":"b"}' })).toMatchObject({ wasText: true });
  expect(readWantedSections({ sections: { a: 'b' } })).toMatchObject({ wasText: false });
});

test.each([
  ['four braces too many', '{"Tea":"green"}}}}}', /must be an object/],
  ['half of a text', '{"Tea":', /must be an object/],
  ['a list', ['Tea'], /must be an object/],
  ['nothing', undefined, /must be an object/],
  ['no section', {}, /1 to 50 entries, not 0/],
  ['51 sections', Object.fromEntries(Array.from({ length: 51 }, (_, i) => [i, ''])), /not 51/],
  ['a number', { Tea: 7 }, /"Tea" must be a text or null/],
])('%s is refused', (_, sections, why) => {
  expect(read(sections)).toMatch(why);
});

test('names that none can have are left out', () => {
  const text = JSON.stringify({
    ' Tea ': 'kept',
    ['x'.repeat(200)]: 'kept too',
    ['x'.repeat(201)]: 'no',
    'a\nb': 'no',
    'a\u0000': 'no',
    '  ': 'no',
    constructor: 'no',
    prototype: 'no',
  }).replace('{', '{"__proto__":"no",');
  expect(Object.keys(Object(read(text)))).toEqual(['Tea', 'x'.repeat(200)]);
  expect(Object.keys(Object(read(JSON.parse(text))))).toEqual(['Tea', 'x'.repeat(200)]);
});
