import { createFakeClock, settle } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import { createDownloads } from './telegram-files.ts';

const NEVER = new AbortController().signal;
const BYTES = new Uint8Array([1]);

/** Files that come when they are let, each by its id. */
function openShelf() {
  const clock = createFakeClock();
  const asked: string[] = [];
  const given = new Map<string, () => void>();
  const downloads = createDownloads({
    clock,
    fetchFile: async (id) => {
      asked.push(id);
      const { promise, resolve } = Promise.withResolvers<void>();
      given.set(id, resolve);
      await promise;
      return BYTES;
    },
  });
  const toFiles = (chat: string, ...ids: readonly string[]) => {
    const update = downloads.open(chat);
    return { update, files: ids.map((id) => update.toFile(id, { name: id, size: 1 })) };
  };
  return { clock, asked, downloads, toFiles, give: (id: string) => given.get(id)?.() };
}

test('while one file is waited for, the next two of its chat are fetched', async () => {
  const { asked, toFiles, give } = openShelf();
  const { files } = toFiles('gary', 'one', 'two', 'three', 'four');
  toFiles('anna', 'other');
  expect(asked).toEqual([]);
  const first = files[0]?.download(NEVER);
  expect(asked).toEqual(['one', 'two', 'three']);
  give('one');
  give('two');
  expect(await first).toBe(BYTES);
  expect(await files[1]?.download(NEVER)).toBe(BYTES);
  expect(asked).toEqual(['one', 'two', 'three', 'four']);
});

test('of all chats together eight files are fetched before their turn', () => {
  const { asked, toFiles } = openShelf();
  for (let chat = 0; chat < 6; chat += 1) {
    const [file] = toFiles(`chat-${chat}`, ...['a', 'b', 'c'].map((id) => `${id}${chat}`)).files;
    void file?.download(NEVER);
  }
  expect(asked).toHaveLength(6 + 8);
});

test('what is over is fetched no more, and makes room', async () => {
  const { asked, toFiles } = openShelf();
  const { files } = toFiles('gary', 'one');
  const { update } = toFiles('gary', 'two', 'three');
  toFiles('gary', 'four');
  const ended = new AbortController();
  const first = files[0]?.download(ended.signal);
  expect(asked).toEqual(['one', 'two', 'three']);
  update[Symbol.dispose]();
  ended.abort();
  await expect(first).rejects.toThrow();
  void files[0]?.download(NEVER);
  expect(asked).toEqual(['one', 'two', 'three', 'one', 'four']);
});

test('what takes long is given up when others wait, what has just begun is not', async () => {
  const { clock, downloads, toFiles, give } = openShelf();
  const [slow] = toFiles('gary', 'slow').files;
  const waited = slow?.download(NEVER);
  await clock.advance(5_000);
  const [quick] = toFiles('anna', 'quick').files;
  const got = quick?.download(NEVER);
  downloads.giveUpSlow();
  await expect(waited).rejects.toMatchObject({ code: 'TIMEOUT_ERROR' });
  await settle();
  give('quick');
  expect(await got).toBe(BYTES);
});
