import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { byTurn, textReply } from '@bakerst/offline-model';
import { expect, test } from 'vitest';
import { OWNER_TOKEN, startSystem } from './support/system.ts';

const GENERATOR = join(import.meta.dirname, 'generator/node_modules/.bin/openapi-ts');

interface Answered {
  readonly data?: Record<string, unknown>;
  readonly error?: unknown;
}

/** What the generator makes: one function for each operation. */
type Generated = Readonly<Record<string, (options: object) => Promise<Answered>>>;

/** Generates a client from the description alone, as anybody would who has never seen ours. */
async function generateClient(url: string): Promise<Generated> {
  const dir = mkdtempSync(join(tmpdir(), 'bakerst-generated-'));
  const description = await fetch(`${url}/openapi.json`);
  writeFileSync(join(dir, 'openapi.json'), await description.text());
  await promisify(execFile)(
    GENERATOR,
    ['-i', 'openapi.json', '-o', 'client', '-c', '@hey-api/client-fetch'],
    { cwd: dir },
  );
  return (await import(join(dir, 'client/sdk.gen.ts'))) as Generated;
}

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

test('a client that was generated from the description holds a conversation, uploads an image and reads usage', async () => {
  await using system = await startSystem({
    workers: 0,
    script: byTurn([textReply('A single pixel.')]),
  });
  const generated = await generateClient(system.url);
  const call = async (
    operation: string,
    options: object = {},
  ): Promise<Record<string, unknown>> => {
    const { data, error } = await (generated[operation]?.({
      baseUrl: system.url,
      auth: OWNER_TOKEN,
      ...options,
    }) ?? Promise.reject(new Error(`no operation ${operation}`)));
    if (data === undefined) throw new Error(`${operation}: ${JSON.stringify(error)}`);
    return data;
  };
  const conversation = await call('createConversation', { body: { title: 'Pictures' } });
  const file = await call('createAttachment', { body: { file: new File([PNG], 'pixel.png') } });
  expect(file).toMatchObject({ kind: 'image', name: 'pixel.png' });
  const answer = await call('chat', {
    body: {
      message: 'what is on it?',
      conversation_id: conversation['id'],
      attachments: [file['id']],
    },
  });
  expect(answer).toMatchObject({ responses: ['A single pixel.'], status: 'completed' });
  const messages = await call('listMessages', { path: { id: conversation['id'] } });
  expect(messages['data']).toMatchObject([
    { role: 'assistant', content: 'A single pixel.' },
    { role: 'user', attachments: [{ name: 'pixel.png' }] },
  ]);
  const found = await call('searchMessages', { query: { q: 'pixel', limit: 5 } });
  expect(found['data']).toMatchObject([{ conversation_id: conversation['id'] }]);
  expect(await call('readUsage', { query: { by: 'model' } })).toMatchObject({ total: { runs: 1 } });
  await expect(call('getRun', { path: { id: 'nothing' } })).rejects.toThrow('RUN_NOT_FOUND');
});
