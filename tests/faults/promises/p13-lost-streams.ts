import { closeSync, openSync, readdirSync, readSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { textReply } from '@bakerst/offline-model';
import { acceptedJobs, checkJobs, jobsNot, lostJobs, unfinishedJobs } from '../checkers/jobs.ts';
import { checkRuns } from '../checkers/runs.ts';
import { countFaults, logLines } from '../harness/history.ts';
import type { Random } from '../harness/random.ts';
import {
  type OpenStage,
  type Play,
  type Scenario,
  toProblems,
  type Verdict,
} from '../harness/scenario.ts';
import { forEach, until } from '../harness/until.ts';

const WIPE = 'store of nats-server gone';
const FLIP = 'byte flipped in a stream';

/** With jobs in flight the whole store of NATS goes, or one byte of it changes while it is down. */
export const p13: Scenario = {
  name: 'P13',
  promise: 'Even the loss of the whole NATS data directory loses no job and no message.',
  mutants: ['no-outbox'],
  async play(play) {
    const { open, random, count } = play;
    const opened = await open({ workers: 2, script: () => textReply('ok') });
    const { nats } = opened.stage;
    const incarnations: number[] = [];
    for (let i = count({ smoke: 1, normal: 3, full: 10 }); i > 0; i--) {
      await sendJobs(play, opened, `wipe-${i}`);
      await nats.wipe(WIPE);
      incarnations.push(await settle(opened));
      await sendJobs(play, opened, `flip-${i}`);
      await nats.damage(FLIP, (dir) => flipByte(dir, random));
      incarnations.push(await settle(opened));
    }
    return judge(play, opened, incarnations);
  },
};

async function sendJobs({ count }: Play, { client }: OpenStage, name: string): Promise<void> {
  await forEach(count({ smoke: 40, normal: 150, full: 500 }), 16, async (i) => {
    const request = `job ${name}.${i}`;
    const code = `const until = Date.now() + 30; while (Date.now() < until); return ${i}`;
    const body = { type: 'code', code };
    const user = `user-${i % 50}`;
    await client.insist({ request, user, path: '/api/v1/jobs', body, key: request });
  });
}

/** Waits until messages are answered and all jobs have ended; gives the incarnation of the locks. */
async function settle({ stage, client }: OpenStage): Promise<number> {
  await client.timeUntilAnswered(30_000);
  await until(() => unfinishedJobs(stage.dump()).length === 0, 120_000);
  return Number(stage.dump().meta.get('locks_incarnation'));
}

function judge({ history }: Play, { stage }: OpenStage, incarnations: readonly number[]): Verdict {
  const { events } = history;
  const dump = stage.dump();
  const losses = logLines(events, '"jetstream_lost"').length;
  const faults = countFaults(events);
  const wipes = faults.get(WIPE) ?? 0;
  // A flipped byte may cost a stream too; more than one word for each loss would be noise.
  const most = wipes + (faults.get(FLIP) ?? 0);
  return {
    counts: {
      acknowledged: acceptedJobs(events).size,
      lost: lostJobs(events, dump).length,
      'stores lost': wipes,
      'bytes flipped': faults.get(FLIP) ?? 0,
      'losses told': losses,
    },
    problems: toProblems({
      ...checkRuns(events, dump),
      ...checkJobs(events, dump),
      'job without its result': jobsNot('completed', dump),
      'incarnation of the locks that fell': incarnations.filter(
        (value, i) => value < (incarnations[i - 1] ?? 0),
      ),
      'loss that was told another number of times than once':
        losses >= wipes && losses <= most ? [] : [losses],
    }),
    isVoid: wipes === 0 ? 'nothing was lost' : undefined,
  };
}

/** Changes one byte somewhere in the blocks of the streams, as a bad disk would. */
function flipByte(storeDir: string, random: Random): void {
  const blocks = readdirSync(storeDir, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.blk'))
    .map((name) => join(storeDir, name))
    .filter((path) => statSync(path).size > 64);
  const path = random.pick(blocks);
  const place = random.between(16, statSync(path).size - 1);
  const fd = openSync(path, 'r+');
  const byte = Buffer.alloc(1);
  readSync(fd, byte, 0, 1, place);
  byte[0] = (byte[0] ?? 0) ^ 0xff;
  writeSync(fd, byte, 0, 1, place);
  closeSync(fd);
}
