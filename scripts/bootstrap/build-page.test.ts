import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test, vi } from 'vitest';
import { makeCheckout } from '../testing/make-checkout.ts';

// Processes are started; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 30_000 });

/** Stands for the builder: puts what is in page.txt into the page, and counts how often. */
const BUILDER = `
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
const text = readFileSync('page.txt', 'utf8');
appendFileSync('../builds', 'x');
if (text === 'broken') throw new Error('the page has a fault');
mkdirSync('dist', { recursive: true });
writeFileSync('dist/index.html', text.repeat(500));
`;

function makePage() {
  const checkout = makeCheckout();
  const page = join(checkout.root, 'services/ui');
  mkdirSync(page, { recursive: true });
  const scripts = { build: 'node build.mjs' };
  writeFileSync(join(page, 'package.json'), JSON.stringify({ type: 'module', scripts }));
  writeFileSync(join(page, 'build.mjs'), BUILDER);
  const write = (text: string): void => writeFileSync(join(page, 'page.txt'), text);
  write('hello');
  const readIndex = (ending = ''): Buffer => readFileSync(join(page, `dist/index.html${ending}`));
  const builds = join(checkout.root, 'services/builds');
  return {
    ...checkout,
    write,
    readIndex,
    countBuilds: () => (existsSync(builds) ? readFileSync(builds, 'utf8').length : 0),
  };
}

test('a page is built when it is asked for, and again only when its sources are others', async () => {
  const checkout = makePage();
  await using plain = checkout.bootstrap();
  expect(await plain.exited).toBe(0);
  expect(checkout.countBuilds()).toBe(0);
  await using first = checkout.bootstrap('', ['--page']);
  expect(await first.exited).toBe(0);
  expect(first.output()).toContain('building the page: done');
  expect(checkout.readIndex().toString()).toMatch(/^hello/);
  expect(gunzipSync(checkout.readIndex('.gz'))).toEqual(checkout.readIndex());
  expect(checkout.readIndex('.br').length).toBeLessThan(100);
  await using second = checkout.bootstrap('', ['--page']);
  expect(await second.exited).toBe(0);
  expect(second.output()).toBe('');
  expect(checkout.countBuilds()).toBe(1);
  checkout.write('goodbye');
  await using third = checkout.bootstrap('', ['--page']);
  expect(await third.exited).toBe(0);
  expect(checkout.readIndex().toString()).toMatch(/^goodbye/);
});

test('a page that cannot be built says why, and is tried again the next time', async () => {
  const checkout = makePage();
  checkout.write('broken');
  await using failed = checkout.bootstrap('', ['--page']);
  expect(await failed.exited).toBe(1);
  expect(failed.output()).toMatch(/building the page failed:[\s\S]*the page has a fault/);
  checkout.write('mended');
  await using mended = checkout.bootstrap('', ['--page']);
  expect(await mended.exited).toBe(0);
  expect(checkout.readIndex().toString()).toMatch(/^mended/);
});

test('where there is no page, none is built', async () => {
  await using program = makeCheckout().bootstrap('', ['--page']);
  expect(await program.exited).toBe(0);
});
