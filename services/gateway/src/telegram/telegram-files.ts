import { AppError, type Clock } from '@bakerst/kit';
import { untilAborted } from '../brain.ts';
import type { ReceivedFile } from '../channel.ts';

/** How many files are fetched before it is their turn: of one chat, and in all. They are held in memory until then. */
const AHEAD_OF_CHAT = 2;
const AHEAD = 8;
const AHEAD_MAX_BYTES = 10_000_000;
/** Where others cannot be heard meanwhile, nobody waits for longer for a file. */
const SLOW_MS = 5_000;

type Content = Uint8Array<ArrayBuffer>;

interface DownloadsDeps {
  readonly fetchFile: (id: string, signal: AbortSignal) => Promise<Content>;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** The files of one update; what is still fetched of them is given up with it. */
interface UpdateFiles extends Disposable {
  toFile(id: string, about: Pick<ReceivedFile, 'name' | 'size'>): ReceivedFile;
}

/**
 * Fetches files. As long as one is fetched that somebody waits for, so are those that come next in its chat: it is known by
 * then that people are served there.
 */
export interface Downloads {
  open(chat: string): UpdateFiles;
  /** Ends what takes long: whoever waits for that gets AppError TIMEOUT_ERROR. */
  giveUpSlow(): void;
}

interface Fetch {
  readonly content: Promise<Content>;
  readonly startedAt: number;
  readonly end: AbortController;
}

interface Expected {
  readonly chat: string;
  readonly id: string;
  readonly size: number | undefined;
  fetch: Fetch | undefined;
  isAskedFor: boolean;
}

export function createDownloads({ fetchFile, clock }: DownloadsDeps): Downloads {
  const expected = new Set<Expected>();
  const running = new Set<Fetch>();

  function start(id: string): Fetch {
    const end = new AbortController();
    const content = untilAborted(() => fetchFile(id, end.signal), end.signal);
    const fetch = { content, startedAt: clock.monotonic(), end };
    running.add(fetch);
    // It may fail before anybody asks for it.
    content.catch(() => undefined).finally(() => running.delete(fetch));
    return fetch;
  }

  function fetchAhead(chat: string): void {
    for (const file of expected) {
      const ahead = [...expected].filter(({ fetch, isAskedFor }) => fetch && !isAskedFor);
      const ofChat = ahead.filter((other) => other.chat === chat);
      if (ahead.length >= AHEAD || ofChat.length >= AHEAD_OF_CHAT) return;
      const isNext = file.chat === chat && !file.isAskedFor && (file.size ?? 0) <= AHEAD_MAX_BYTES;
      if (isNext) file.fetch ??= start(file.id);
    }
  }

  async function download(file: Expected, signal: AbortSignal): Promise<Content> {
    const fetch = file.fetch ?? start(file.id);
    file.fetch = fetch;
    file.isAskedFor = true;
    fetchAhead(file.chat);
    try {
      return await untilAborted(() => fetch.content, signal);
    } finally {
      fetch.end.abort();
      file.fetch = undefined;
    }
  }

  return {
    open(chat) {
      const own: Expected[] = [];
      return {
        toFile(id, about) {
          const file = { chat, id, size: about.size, fetch: undefined, isAskedFor: false };
          own.push(file);
          expected.add(file);
          return { ...about, download: (signal) => download(file, signal) };
        },
        [Symbol.dispose]() {
          for (const file of own) {
            expected.delete(file);
            file.fetch?.end.abort();
          }
        },
      };
    },
    giveUpSlow() {
      for (const { startedAt, end } of running)
        if (clock.monotonic() - startedAt >= SLOW_MS)
          end.abort(new AppError('TIMEOUT_ERROR', 'the file takes too long: others wait'));
    },
  };
}
