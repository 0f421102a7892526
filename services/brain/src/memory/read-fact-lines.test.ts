import { expect, test } from 'vitest';
import { readFactLines } from './read-fact-lines.ts';

async function* piecesOf(text: string, chars: number): AsyncGenerator<Buffer> {
  for (let from = 0; from < text.length; from += chars)
    yield Buffer.from(text.slice(from, from + chars));
}

async function read(file: string, chars = 4_096): Promise<unknown> {
  return await readFactLines(piecesOf(file, chars)).catch((err: unknown) => err);
}

test('lines are put together, whatever pieces they come in', async () => {
  const file = '{"text":"one"}\r\n\n  \n{"text":"two","category":"work"}\n{"text":"three"}';
  const lines = [
    { text: 'one', category: 'general' },
    { text: 'two', category: 'work' },
    { text: 'three', category: 'general' },
  ];
  for (const chars of [1, 7, 1_000]) expect(await read(file, chars)).toEqual(lines);
});

test('a file with a line that is no fact brings nothing, nor one that is too large', async () => {
  expect(await read('{"text":"fine"}\n\n{"text":""}\n')).toMatchObject({
    reason: 'INVALID_FACTS',
    message: expect.stringContaining('line 3'),
  });
  expect(await read(`{"text":"fine"}\n${'x'.repeat(1_000_001)}`)).toMatchObject({
    code: 'PAYLOAD_TOO_LARGE',
  });
  expect(await read(`${'{"text":"fine"}\n'.repeat(20_001)}`)).toMatchObject({
    code: 'PAYLOAD_TOO_LARGE',
  });
  async function* broken(): AsyncGenerator<Buffer> {
    yield Buffer.from([0x22, 0xc3]);
    yield Buffer.from([0x22, 0x0a]);
  }
  await expect(readFactLines(broken())).rejects.toMatchObject({ reason: 'INVALID_FACTS' });
});
