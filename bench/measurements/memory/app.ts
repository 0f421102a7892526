import { FactId, OrgId, UserId } from '@bakerst/contracts';
import { randomId, silentLogger, systemClock } from '@bakerst/kit';
import type { MemoryDeps } from '../../../services/brain/src/memory/memory-tools.ts';
import { createOneAtATime } from '../../../services/brain/src/memory/one-at-a-time.ts';
import type { Embedded, FactPoint } from '../../../services/brain/src/memory/ports.ts';
import {
  createSqliteVectorIndex,
  createSqliteWordIndex,
} from '../../../services/brain/src/memory/sqlite-fact-search.ts';
import { openFacts } from '../../../services/brain/src/memory/sqlite-memory-testing.ts';
import { createSqliteSearchThread } from '../../../services/brain/src/memory/sqlite-search-thread.ts';

const DIMENSION = 1_024;
const CHUNK = 500;

/** How many facts there are, and whose they are. */
export interface FactCounts {
  readonly all: number;
  readonly ofGary: number;
}

/** All others have as many facts each. */
const OTHERS = 90;

export const GARY = { org: OrgId.parse('home'), user: UserId.parse('gary') };

export interface OpenedMemory extends AsyncDisposable {
  readonly deps: MemoryDeps;
}

/** A memory on a real file with that many facts; its embedder takes no time. */
export async function openFullMemory(
  dir: string,
  { all, ofGary }: FactCounts,
  say: (line: string) => void,
): Promise<OpenedMemory> {
  const opened = openFacts('here', dir);
  const { db, path, facts } = opened;
  const log = silentLogger;
  const thread = createSqliteSearchThread({ path, clock: systemClock, log });
  const index = createSqliteVectorIndex({ ...opened, thread });
  const source = { kind: 'user' } as const;
  for (let from = 0; from < all; from += CHUNK) {
    const told = Array.from({ length: CHUNK }, async (_, at): Promise<FactPoint> => {
      const place = from + at;
      const isGary = place % (all / ofGary) === 0;
      const tenant = isGary ? GARY : { ...GARY, user: UserId.parse(`user-${place % OTHERS}`) };
      const text = toSentence(place);
      const id = FactId.parse(randomId());
      const fact = await facts.add(tenant, { id, text, category: 'general', source });
      return { fact, ...embed(text) };
    });
    await index.put(await Promise.all(told));
    if ((from + CHUNK) % 10_000 === 0) say(`memory: ${from + CHUNK} of ${all} facts`);
  }
  // From here on as it is in earnest.
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.pragma('synchronous = FULL');
  return {
    deps: {
      ...opened,
      words: createSqliteWordIndex({ db, thread, log }),
      meanings: {
        index,
        isStoredWithFacts: true,
        embedder: { embed: async (texts) => texts.map(embed) },
      },
      oneAtATime: createOneAtATime(),
      newId: randomId,
      log,
    },
    async [Symbol.asyncDispose]() {
      await thread[Symbol.asyncDispose]();
      db.close();
    },
  };
}

const SYLLABLES = ['ba', 'ke', 'mo', 'ru', 'ti', 'sal', 'den', 'gor', 'lin', 'pe', 'va', 'no'];
const VOCABULARY = 20_000;
const WORDS = 9;

/** A fact as long as they are; a few words are in every other one, most are rare. */
export function toSentence(place: number): string {
  const next = createNumbers(place);
  const words = Array.from({ length: WORDS }, () => {
    let text = 'x';
    for (let rank = Math.floor(VOCABULARY ** next()); rank > 0; rank = Math.floor(rank / 12))
      text += SYLLABLES[rank % 12] ?? '';
    return text;
  });
  return `${words.join(' ')} ${place}`;
}

/** A direction of its own for each text. */
function embed(text: string): Embedded {
  const next = createNumbers(
    [...text].reduce((sum, char) => (Math.imul(sum, 31) + char.charCodeAt(0)) >>> 0, 7),
  );
  const vector = Float32Array.from({ length: DIMENSION }, () => next() - 0.5);
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return { vector: vector.map((value) => value / length), embedding: `bench/${DIMENSION}` };
}

/** Numbers from 0 to 1, the same ones every time for the same beginning. */
function createNumbers(seed: number): () => number {
  let state = Math.imul(seed, 2_654_435_761) >>> 1;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}
