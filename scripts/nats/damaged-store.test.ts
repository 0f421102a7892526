import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeDir } from '../testing/make-dir.ts';
import { suspectStore } from './damaged-store.ts';

function openStore() {
  const dir = join(makeDir(), 'store');
  const said: string[] = [];
  let now = 0;
  const write = (text: string): void => {
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, '1.blk'), text);
  };
  write('first');
  return {
    ...suspectStore({ dir, say: (line) => said.push(line) }, () => now),
    said,
    write,
    passMinutes: (minutes: number) => {
      now += minutes * 60_000;
    },
    remove: () => rmSync(dir, { recursive: true }),
    isThere: () => existsSync(dir),
    aside: () => readFileSync(join(`${dir}-damaged`, '1.blk'), 'utf8'),
  };
}

test('a store that is never read to its end is set aside before the next start, and that is said', () => {
  const store = openStore();
  store.note('never ready');
  store.beforeStart();
  expect(store.isThere()).toBe(false);
  expect(store.aside()).toBe('first');
  expect(store.said.join()).toMatch(/No message and no job is lost/);
  store.write('second');
  store.beforeStart();
  expect(store.isThere()).toBe(true);
});

test('a server that falls silent keeps its store once, and not twice in a row', () => {
  const store = openStore();
  store.note('silent');
  store.beforeStart();
  expect(store.isThere()).toBe(true);
  store.passMinutes(1);
  store.note('silent');
  store.beforeStart();
  expect(store.isThere()).toBe(false);
});

test('it keeps its store when it was well in between, or says itself what it lacks', () => {
  const store = openStore();
  store.note('silent');
  store.passMinutes(3);
  store.note('silent');
  store.note('unhealthy');
  store.beforeStart();
  expect(store.isThere()).toBe(true);
  expect(store.said).toEqual([]);
});

test('a store is set aside once a day, and the last one is kept', () => {
  const store = openStore();
  store.note('never ready');
  store.beforeStart();
  store.write('second');
  store.note('never ready');
  store.beforeStart();
  expect(store.isThere()).toBe(true);
  expect(store.aside()).toBe('first');
  store.passMinutes(24 * 60);
  store.beforeStart();
  expect(store.isThere()).toBe(true);
  store.note('never ready');
  store.beforeStart();
  expect(store.aside()).toBe('second');
});

test('a store that was not there when it was to be set aside is no longer suspected', () => {
  const store = openStore();
  store.remove();
  store.note('never ready');
  store.beforeStart();
  store.write('new');
  store.beforeStart();
  expect(store.isThere()).toBe(true);
});
