import { createClient } from '@bakerst/client';
import { type ModelServer, openOfflineModel } from '@bakerst/offline-model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFiles } from './support/canaries.ts';
import { SUPER_TOKEN, type System, startSystem } from './support/system.ts';

const RIGHT = 'sk-ant-api03-the-right-key-of-the-tests-4711';
const WRONG = 'sk-ant-api03-a-wrong-key-of-the-tests-0815';

let model: ModelServer;
let system: System;
beforeAll(async () => {
  model = await openOfflineModel({ apiKey: RIGHT });
  system = await startSystem({
    workers: 0,
    brainEnv: { ANTHROPIC_BASE_URL: model.url, LOG_LEVEL: 'debug' },
  });
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
  await model[Symbol.asyncDispose]();
});

test('a key is tried, kept where nobody can read it, and used at once by every brain', async () => {
  const other = await system.addBrain();
  const { owner } = system;
  expect(await owner.getModelSettings()).toMatchObject({
    mode: 'base_url',
    key_hint: null,
    source: 'environment',
  });
  await expect(owner.chat({ message: 'hello' })).rejects.toMatchObject({ status: 502 });

  const refused = await owner.setModelKey(WRONG).catch((err: unknown) => err);
  expect(refused).toMatchObject({ status: 400, body: { reason: 'MODEL_KEY_REFUSED' } });
  expect((await owner.getModelSettings()).source).toBe('environment');

  expect(await owner.setModelKey(` ${RIGHT}\n`)).toMatchObject({
    key_hint: '4711',
    source: 'stored',
  });
  expect((await owner.chat({ message: 'hello' })).responses.join()).not.toBe('');
  expect(await other.owner.getModelSettings()).toMatchObject({ key_hint: '4711' });
  expect((await other.owner.chat({ message: 'hello' })).responses.join()).not.toBe('');

  await system.brain.end('SIGKILL');
  await system.restartBrain();
  expect(await owner.getModelSettings()).toMatchObject({ key_hint: '4711', source: 'stored' });
  for (const [path, content] of readFiles(system.dataDir))
    for (const key of [RIGHT, WRONG]) expect(content.includes(key), path).toBe(false);
  const logs = [...system.brain.lines, ...other.service.lines].join('\n');
  for (const key of [RIGHT, WRONG]) expect(logs).not.toContain(key);

  expect(await owner.removeModelKey()).toMatchObject({ key_hint: null, source: 'environment' });
  await expect(owner.chat({ message: 'hello' })).rejects.toMatchObject({ status: 502 });
});

test('only the owner of the installation may change it, and only to what may be a key', async () => {
  const root = createClient({ baseUrl: system.url, token: SUPER_TOKEN });
  const make = async (body: Parameters<typeof root.createToken>[1]) =>
    createClient({ baseUrl: system.url, token: (await root.createToken('home', body)).token });
  const gary = await make({ kind: 'user', user_id: 'gary', name: 'gary' });
  const service = await make({ kind: 'service', name: 'cron' });
  for (const stranger of [gary, service]) {
    await expect(stranger.setModelKey(RIGHT)).rejects.toMatchObject({ status: 403 });
    await expect(stranger.removeModelKey()).rejects.toMatchObject({ status: 403 });
  }
  expect(await gary.getModelSettings()).toMatchObject({ mode: 'base_url' });
  for (const key of ['', 'short', 'with a blank', 'x'.repeat(700), 'ümlaut-ümlaut'])
    await expect(system.owner.setModelKey(key)).rejects.toMatchObject({ status: 400 });
});
