import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { systemClock } from '@bakerst/kit';
import { findFacts } from '../../services/brain/src/memory/find-facts.ts';
import type { MemoryDeps } from '../../services/brain/src/memory/memory-tools.ts';
import { createRecall } from '../../services/brain/src/memory/recall-facts.ts';
import { storeFact } from '../../services/brain/src/memory/store-fact.ts';
import { quantile } from '../figures/quantile.ts';
import { atMost, single } from '../figures/row.ts';
import type { Measurement } from './measurement.ts';
import { GARY, openFullMemory, toSentence } from './memory/app.ts';

const COUNTS = { all: 100_000, ofGary: 10_000 };
const SEARCHES = 200;
const STORED = 100;
const WARM_UP = 20;
/** The delay is looked at as often as that. */
const LOOK_MS = 1;
const NS_PER_MS = 1e6;

const about = `${COUNTS.ofGary} facts of one user among ${COUNTS.all}`;

export const memory: Measurement<'median' | 'search' | 'stall' | 'store' | 'recall'> = {
  name: 'memory',
  about,
  rows: {
    median: { name: 'search for facts, p50', unit: 'ms', goal: atMost(15, 'ms') },
    search: { name: `search among ${about}, p95`, unit: 'ms', goal: atMost(40, 'ms') },
    stall: { name: 'stall of the event loop by it, p99', unit: 'ms', goal: atMost(5, 'ms') },
    store: { name: 'storing a fact without the embedder', unit: 'ms', goal: atMost(10, 'ms') },
    recall: { name: 'recall before the first token, p95', unit: 'ms', goal: atMost(20, 'ms') },
  },
  async run(bench) {
    const dir = join(bench.dir, 'memory');
    mkdirSync(dir, { recursive: true });
    await using opened = await openFullMemory(dir, COUNTS, bench.say);
    const { deps } = opened;
    const recall = createRecall({ ...deps, clock: systemClock });
    const search = (place: number) =>
      findFacts(deps, GARY, { query: toQuery(place), limit: 10 }).then(() => undefined);
    await time(WARM_UP, search);
    const idle = await watchStalls(() => time(SEARCHES, () => systemClock.sleep(LOOK_MS)));
    bench.say(`memory: by nothing at all the event loop is held up for ${idle.stallMs} ms (p99)`);
    const { result: searches, stallMs } = await watchStalls(() => time(SEARCHES, search));
    const recalls = await time(
      SEARCHES,
      async (place) => void (await recall(GARY, toQuery(place))),
    );
    return {
      median: single(searches),
      search: single(searches, quantile(searches, 0.95)),
      stall: single([stallMs]),
      store: single(await time(STORED, (place) => store(deps, place))),
      recall: single(recalls, quantile(recalls, 0.95)),
    };
  },
};

/** How long the event loop was held up meanwhile, p99. */
async function watchStalls<T>(
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly stallMs: number }> {
  const delays = monitorEventLoopDelay({ resolution: LOOK_MS });
  delays.enable();
  const result = await work();
  delays.disable();
  return { result, stallMs: delays.percentile(99) / NS_PER_MS - LOOK_MS };
}

/** Words of one of his facts, and some that are in none. */
function toQuery(place: number): string {
  const words = toSentence((place * 370) % COUNTS.all).split(' ');
  return `what about ${words.slice(2, 6).join(' ')} tomorrow?`;
}

async function store(deps: MemoryDeps, place: number): Promise<void> {
  const source = { kind: 'user' } as const;
  await storeFact(deps, GARY, { text: `new ${toSentence(-place)}`, category: 'general', source });
}

async function time(
  count: number,
  work: (place: number) => Promise<void>,
): Promise<readonly number[]> {
  const timesMs: number[] = [];
  for (let place = 0; place < count; place++) {
    const startedAt = performance.now();
    await work(place);
    timesMs.push(performance.now() - startedAt);
  }
  return timesMs;
}
