import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { textReply } from '@bakerst/offline-model';
import { acceptedRuns, checkRuns, unfinishedRuns } from '../checkers/runs.ts';
import { fillDisk, mountSmallDisk, whyNoSmallDisks } from '../harness/disk.ts';
import { type Answered, answersOf } from '../harness/history.ts';
import {
  type OpenStage,
  type Play,
  type Scenario,
  toProblems,
  type Verdict,
} from '../harness/scenario.ts';
import { forEach, untilNone } from '../harness/until.ts';

const BACK_MS = 30_000;
const READERS = 20;

/** The database and the streams each on a small disk of its own, one of them full after the other. */
export const p19: Scenario = {
  name: 'P19',
  promise:
    'A full disk refuses new work with 507 STORAGE_FULL, keeps everything accepted, keeps reading, and recovers when space is back.',
  missing: whyNoSmallDisks,
  mutants: ['full-disk-unnoticed'],
  async play(play) {
    const { open, dir, count } = play;
    await using data = mountSmallDisk(join(dir, 'small-data'), 32);
    await using store = mountSmallDisk(join(dir, 'small-nats'), 32);
    const places = { dataDir: data.path, storeDir: store.path };
    await using opened = await open({ workers: 0, script: () => textReply('ok'), ...places });
    const { stage } = opened;
    await chat(opened, 'before', READERS);
    const writes = count({ smoke: 30, normal: 100, full: 200 });
    const database = await fillUp(play, opened, { dir: data.path, name: 'database', writes });
    const streams = await fillUp(play, opened, { dir: store.path, name: 'streams', writes: 20 });
    await untilNone(() => unfinishedRuns(stage.unfinished()));
    return judge(play, opened, { database, streams });
  },
};

async function chat({ client }: OpenStage, name: string, times: number): Promise<void> {
  await forEach(times, 8, async (i) => {
    const body = { message: `${name} ${i}` };
    const ask = { request: `chat ${name} ${i}`, user: `user-${name}-${i}`, body };
    await client.ask({ ...ask, path: '/api/v1/chat' });
  });
}

interface Filled {
  readonly writes: readonly Answered[];
  readonly reads: readonly number[];
  readonly backMs: number;
}

interface FillOptions {
  readonly dir: string;
  readonly name: string;
  readonly writes: number;
}

async function fillUp(
  { history, say }: Play,
  opened: OpenStage,
  { dir, name, writes }: FillOptions,
): Promise<Filled> {
  const { stage, client } = opened;
  say(`the disk of the ${name} is full`);
  const filler = fillDisk(dir);
  history.add({ type: 'fault', at: Date.now(), fault: 'disk full', target: name });
  const from = answersOf(history.events).length;
  await chat(opened, name, writes);
  const written = answersOf(history.events).slice(from);
  const reads: number[] = [];
  await forEach(READERS, 4, async (i) => {
    const user = `user-before-${i}`;
    const { status } = await client.ask({ request: 'read', user, path: '/api/v1/runs' });
    reads.push(status);
  });
  rmSync(filler);
  // As its supervisor does with a server that says that it is not healthy.
  if (name === 'streams') await stage.nats.restart('restart after a full disk', 0);
  const backMs = await client.timeUntilAnswered(BACK_MS);
  return { writes: written, reads, backMs };
}

function judge(
  { history: { events } }: Play,
  { stage }: OpenStage,
  { database, streams }: { database: Filled; streams: Filled },
): Verdict {
  const refused = database.writes.filter(({ status }) => status === 507);
  const other = ({ writes }: Filled, ...expected: number[]): readonly string[] =>
    writes
      .filter(({ status }) => !expected.includes(status))
      .map(({ status, body }) => `${status} ${JSON.stringify(body)}`);
  return {
    counts: {
      acknowledged: acceptedRuns(events).size,
      refused: refused.length,
      'refused (streams)': streams.writes.filter(({ status }) => status !== 200).length,
      'back after ms': Math.round(database.backMs),
      'back after ms (streams)': Math.round(streams.backMs),
    },
    problems: toProblems({
      ...checkRuns(events, stage.dump()),
      'answer that is neither 200 nor 507': other(database, 200, 507),
      'answer that is neither 200 nor 503 nor 507 without streams': other(streams, 200, 503, 507),
      'read that was refused': [...database.reads, ...streams.reads].filter((read) => read !== 200),
      'return later than 30 s': [database, streams].filter(({ backMs }) => backMs > BACK_MS),
    }),
    isVoid: refused.length === 0 ? 'nothing was refused' : undefined,
  };
}
