import { NOTEBOOK_MAX_BYTES } from '@bakerst/contracts';
import { expect, test } from 'vitest';
import { removeSection, writeSection, writeSections } from './notebook-rules.ts';
import type { Section } from './ports.ts';

const NOW = 1_000;
const TEA: Section = {
  name: 'Tea',
  content: 'green',
  isPinned: true,
  createdAt: 1,
  updatedAt: NOW + 5,
};
/** Bytes of the heading `## Big` and the line breaks. */
const AROUND = '## Big\n\n\n'.length;

function write(
  wanted: Readonly<Record<string, string | null>>,
  present: readonly Section[] = [TEA],
) {
  return writeSections(present, new Map(Object.entries(wanted)), NOW);
}

test('texts set sections, null takes one away, and what is not there is not deleted', () => {
  const done = write({ Coffee: 'black', Tea: null, Milk: null });
  expect(done).toMatchObject({ updated: ['Coffee'], deleted: ['Tea'], remove: ['Tea'] });
  expect(done.put).toEqual([
    { name: 'Coffee', content: 'black', isPinned: false, createdAt: NOW, updatedAt: NOW },
  ]);
});

test('a section that is written again stays pinned, and gets a later time even where the clock has none', () => {
  expect(write({ Tea: 'black' }).put).toEqual([{ ...TEA, content: 'black', updatedAt: NOW + 6 }]);
});

test('the last byte fits, one more is refused with the sizes', () => {
  const most = NOTEBOOK_MAX_BYTES - AROUND;
  expect(write({ Big: 'x'.repeat(most) }, []).updated).toEqual(['Big']);
  expect(() => write({ Big: `${'x'.repeat(most - 1)}ü` }, [])).toThrow(
    /has 0 bytes, would have 131073 and may have 131072/,
  );
});

test('the room of a section that goes is there for one that comes', () => {
  const big: Section = { ...TEA, name: 'Big', content: 'x'.repeat(100_000) };
  expect(() => write({ More: 'y'.repeat(50_000) }, [big])).toThrow(/full/);
  expect(write({ More: 'y'.repeat(50_000), Big: null }, [big]).updated).toEqual(['More']);
});

test('two hundred sections are the most', () => {
  const many = Array.from({ length: 200 }, (_, i) => ({ ...TEA, name: `s${i}` }));
  expect(() => write({ more: '' }, many)).toThrow(/200 sections/);
  expect(write({ s7: 'changed' }, many).updated).toEqual(['s7']);
});

test('an editor that has seen another state changes nothing', () => {
  const wanted = { name: 'Tea', text: 'black', pinned: undefined };
  const stale = { code: 'CONFLICT', reason: 'NOTEBOOK_CHANGED' };
  expect(() => writeSection([TEA], { ...wanted, expectedAt: NOW }, NOW)).toThrow(
    expect.objectContaining(stale),
  );
  expect(() => writeSection([TEA], { ...wanted, expectedAt: null }, NOW)).toThrow(
    expect.objectContaining(stale),
  );
  expect(() => removeSection([TEA], { name: 'Tea', expectedAt: NOW })).toThrow(
    expect.objectContaining(stale),
  );
  const seen = { ...wanted, expectedAt: TEA.updatedAt };
  expect(writeSection([TEA], seen, NOW).put).toMatchObject([{ content: 'black', isPinned: true }]);
});

test('pinning is no change of what a section says', () => {
  const wanted = { name: 'Tea', text: undefined, pinned: false, expectedAt: undefined };
  expect(writeSection([TEA], wanted, NOW).put).toEqual([{ ...TEA, isPinned: false }]);
  expect(() => writeSection([], wanted, NOW)).toThrow(
    expect.objectContaining({ reason: 'SECTION_NOT_FOUND' }),
  );
});
