import type { AnthropicModel, AnthropicOptions } from '@bakerst/agent';
import { silentLogger } from '@bakerst/kit';
import { createSecrets } from '@bakerst/kit/secrets';
import { settle } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import { createLiveModel } from './live-model.ts';

const CATALOGUE = { agent: 'claude-big', small: 'claude-small', models: {} };
const KEY = 'sk-ant-api03-x8Kd92LmQw71';
const SETTINGS = {
  apiKey: undefined,
  authToken: undefined,
  baseUrl: undefined,
  offlineUrl: 'http://127.0.0.1:9',
  name: undefined,
  smallName: undefined,
  maxTokens: undefined,
};

function open(more: Partial<Record<keyof typeof SETTINGS, string>> = {}) {
  const asked: (string | undefined)[] = [];
  let stored: { readonly revision: number; readonly key?: string | 'torn' } = { revision: 0 };
  const createModel = ({ apiKey, authToken }: AnthropicOptions): AnthropicModel => ({
    async probe() {
      return apiKey === KEY ? 'refused' : 'ok';
    },
    async reply() {
      asked.push(apiKey ?? authToken);
      return {
        content: [],
        stopReason: 'end_turn',
        usage: {
          input_tokens: 0,
          output_tokens: 0,
          cache_creation_input_tokens: 0,
          cache_read_input_tokens: 0,
        },
      };
    },
  });
  const secrets = createSecrets();
  const live = createLiveModel({
    settings: { ...SETTINGS, ...more, maxTokens: undefined },
    catalogue: CATALOGUE,
    keys: {
      readRevision: () => stored.revision,
      read() {
        if (stored.key === 'torn') throw new Error('another key');
        return stored.key;
      },
    },
    createModel,
    secrets,
    log: silentLogger,
  });
  const store = (key?: string): void => {
    stored = { revision: stored.revision + 1, ...(key !== undefined && { key }) };
  };
  const ask = (model: string) =>
    live.reply(
      { model, maxTokens: 1, system: { stable: '', changing: '' }, tools: [], messages: [] },
      { signal: new AbortController().signal, onText: () => undefined },
    );
  return { live, asked, secrets, store, ask };
}

test('a key that is stored counts for the next call, and is hidden', async () => {
  const { live, asked, secrets, store, ask } = open();
  expect(live.readChosen().kind).toBe('offline');
  store(KEY);
  expect(live.readChosen()).toMatchObject({ kind: 'anthropic', choice: { name: 'claude-big' } });
  expect(live.readStoredKey()).toBe(KEY);
  await ask('claude-big');
  expect(asked).toEqual([KEY]);
  expect(secrets.redact(`it is ${KEY}`)).toBe('it is [redacted]');
  store();
  expect(live.readChosen().kind).toBe('offline');
  expect(secrets.redact(KEY)).toBe(KEY);
});

test('what began offline ends offline', async () => {
  const { asked, store, ask } = open();
  store(KEY);
  await ask('bakerst-offline');
  await ask('claude-big');
  expect(asked).toEqual(['offline', KEY]);
});

test('each key is tried when it is first known', async () => {
  const { live, store } = open();
  await settle();
  expect(live.readAccess()).toBe('ok');
  store(KEY);
  live.readAccess();
  await settle();
  expect(live.readAccess()).toBe('refused');
});

test.each([{ apiKey: 'sk-ant-of-the-environment' }, { authToken: 'token-of-the-environment' }])(
  'the environment counts more: %o',
  async (settings) => {
    const { live, asked, store, ask } = open(settings);
    store(KEY);
    expect(live.readStoredKey()).toBe(undefined);
    await ask('claude-big');
    expect(asked).toEqual(Object.values(settings));
  },
);

test('a server of one’s own gets the stored key', async () => {
  const { live, asked, store, ask } = open({ baseUrl: 'http://127.0.0.1:8080' });
  store('anything');
  expect(live.readChosen().kind).toBe('custom');
  await ask('qwen3');
  expect(asked).toEqual(['anything']);
});

test('a key that cannot be opened is none', () => {
  const { live, store } = open();
  store('torn');
  expect(live.readChosen().kind).toBe('offline');
  expect(live.readStoredKey()).toBe(undefined);
});
