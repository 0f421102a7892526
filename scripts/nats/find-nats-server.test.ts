import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '@bakerst/kit/start-error';
import { expect, test } from 'vitest';
import { makeDir } from '../testing/make-dir.ts';
import { findNatsServer } from './find-nats-server.ts';

/** A directory with a program that says that it is this version of nats-server. */
function installed(version: string): { readonly dir: string; readonly file: string } {
  const dir = makeDir();
  const file = join(dir, 'nats-server');
  writeFileSync(file, `#!/bin/sh\necho "nats-server: v${version}"\n`);
  chmodSync(file, 0o755);
  return { dir, file };
}

function find(env: Record<string, string>, cacheDir = join(makeDir(), 'none')) {
  const said: string[] = [];
  const server = findNatsServer({ env, cacheDir, say: (line) => said.push(line) });
  return { server, said };
}

test('NATS_SERVER goes before PATH', async () => {
  const [named, onPath] = [installed('2.14.0'), installed('2.15.1')];
  const { server } = find({ NATS_SERVER: named.file, PATH: onPath.dir });
  await expect(server).resolves.toEqual({ file: named.file, version: '2.14.0' });
});

test('a NATS_SERVER that is too old is refused, whatever else there is', async () => {
  const { server } = find({ NATS_SERVER: installed('2.11.9').file, PATH: installed('2.15.1').dir });
  await expect(server).rejects.toThrow(StartError);
  await expect(server).rejects.toThrow(/2\.11\.9.*2\.12\.0 or later/);
});

test('a NATS_SERVER that does not run is refused, whatever else there is', async () => {
  const { server } = find({ NATS_SERVER: '/nonexistent', PATH: installed('2.15.1').dir });
  await expect(server).rejects.toThrow(/no nats-server that runs/);
});

test('an old one on PATH is passed over, and told of', async () => {
  const [old, later] = [installed('2.9.10'), installed('2.12.10')];
  const { server, said } = find({ PATH: `/nonexistent::${old.dir}:${later.dir}` });
  await expect(server).resolves.toEqual({ file: later.file, version: '2.12.10' });
  expect(said).toEqual([expect.stringContaining(`${old.file} is version 2.9.10, too old`)]);
});

test('one with known faults is used, and told of', async () => {
  const { server, said } = find({ PATH: installed('2.12.6').dir });
  await expect(server).resolves.toMatchObject({ version: '2.12.6' });
  expect(said).toEqual([expect.stringContaining('2.12.7 or later is better')]);
});

test('the one that was fetched before is used without PATH', async () => {
  const { dir, file } = installed('2.15.1');
  await expect(find({}, dir).server).resolves.toEqual({ file, version: '2.15.1' });
});

test('without one, and without apt to fetch one, it says at once what to do', async () => {
  const startedAt = performance.now();
  const { server } = find({ PATH: '/nonexistent' });
  await expect(server).rejects.toThrow(/NATS_SERVER=/);
  expect(performance.now() - startedAt).toBeLessThan(2000);
});
