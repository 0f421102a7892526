import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { JobOutcome } from '@bakerst/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { answerWith, openTestOven, type TestOven } from './http-testing.ts';

const MIB = 1024 * 1024;
let oven: TestOven;

beforeAll(async () => {
  oven = await openTestOven();
});
afterAll(() => oven[Symbol.dispose]());

const Answer = z.object({ body: z.string(), truncated: z.boolean() });

function read(outcome: JobOutcome): z.infer<typeof Answer> {
  if (outcome.status !== 'completed') throw new Error(JSON.stringify(outcome));
  return Answer.parse(outcome.result);
}

function sizeInJson(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}

test('a body is cut at 1 MiB, packed or not', async () => {
  const body = 'b'.repeat(3 * MIB);
  oven.answer(answerWith(200, { 'Content-Type': 'text/plain' }, body));
  const plain = read(await oven.run('/'));
  expect(plain.truncated).toBe(true);
  expect(sizeInJson(plain.body)).toBe(MIB);
  oven.answer(answerWith(200, { 'Content-Encoding': 'gzip' }, gzipSync(body)));
  expect(read(await oven.run('/')).truncated).toBe(true);
});

test.each([
  ['bytes that are no text', Buffer.alloc(MIB, 0xff)],
  ['control characters', Buffer.alloc(MIB, 0x01)],
  ['quotes', Buffer.alloc(MIB, '"')],
])('1 MiB of %s is cut so that it takes 1 MiB as JSON', async (_what, body) => {
  oven.answer(answerWith(200, {}, body));
  const { body: text, truncated } = read(await oven.run('/'));
  expect(truncated).toBe(true);
  expect(sizeInJson(text)).toBeLessThanOrEqual(MIB);
  expect(sizeInJson(text)).toBeGreaterThan(MIB - 6);
});

test('a body that just fits is whole', async () => {
  const body = `\n"ü€🥐${'b'.repeat(MIB - 2 - 2 - 2 - 2 - 3 - 4)}`;
  expect(sizeInJson(body)).toBe(MIB);
  oven.answer(answerWith(200, {}, body));
  expect(read(await oven.run('/'))).toEqual({ body, truncated: false });
  oven.answer(answerWith(200, {}, `\n${body.slice(0, -1)}`));
  expect(read(await oven.run('/')).truncated).toBe(true);
});

test.each([4, 5, 6, 7])('no character is cut in two (%i quotes before it)', async (before) => {
  // Too long as it was sent, and too long as JSON alone.
  for (const count of [MIB, MIB / 4 - 2]) {
    const body = `${'"'.repeat(before)}${'🥐'.repeat(count)}`;
    oven.answer(answerWith(200, {}, body));
    const { body: text, truncated } = read(await oven.run('/'));
    expect(truncated).toBe(true);
    expect(body.startsWith(text)).toBe(true);
    expect(text.isWellFormed()).toBe(true);
    expect(sizeInJson(text)).toBeGreaterThan(MIB - 16);
  }
});

test('a body is read in its charset', async () => {
  const headers = { 'Content-Type': 'text/plain; charset=iso-8859-1' };
  oven.answer(answerWith(200, headers, Buffer.from([0xe9])));
  expect(await oven.run('/')).toMatchObject({ result: { body: 'é' } });
});

test.each([
  ['gzip', gzipSync('bread')],
  ['br', brotliCompressSync('bread')],
])('a body that is packed with %s is unpacked', async (encoding, body) => {
  oven.answer(answerWith(200, { 'Content-Encoding': encoding }, body));
  expect(read(await oven.run('/')).body).toBe('bread');
});

test.each(['gzip', 'deflate', 'br'])('an answer without a body may name %s', async (encoding) => {
  const headers = { 'Content-Encoding': encoding };
  oven.answer(answerWith(200, { ...headers, 'Content-Length': '99' }));
  expect(await oven.run('/', { spec: { method: 'HEAD' } })).toMatchObject({
    status: 'completed',
    result: { status: 200, body: '', truncated: false },
  });
  for (const status of [200, 204, 304]) {
    oven.answer(answerWith(status, headers));
    expect(await oven.run('/')).toMatchObject({
      status: 'completed',
      result: { status, body: '' },
    });
  }
});

test.each([
  ['in the middle', gzipSync('bread').subarray(0, 12)],
  ['before its first byte', Buffer.alloc(0)],
])('a packed body that breaks off %s is no answer', async (_where, sent) => {
  oven.answer((_request, response) => {
    response.writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Length': '99' });
    response.flushHeaders();
    response.write(sent, () => response.destroy());
  });
  const outcome = await oven.run('/');
  expect(outcome).toMatchObject({ status: 'unknown', error: { code: 'NO_ANSWER' } });
});
