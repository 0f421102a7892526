import { textReply } from '@bakerst/offline-model';
import type { FaultClient } from '../harness/client.ts';
import { answersOf, countFaults } from '../harness/history.ts';
import { killAtRandom } from '../harness/nemesis.ts';
import {
  type OpenStage,
  type Play,
  type Scenario,
  toProblems,
  type Verdict,
} from '../harness/scenario.ts';
import { forEach } from '../harness/until.ts';

const TWINS = 20;
const KILL = 'SIGKILL brain';

/** Each request is sent twenty times at once, and again until it is answered; brains are killed meanwhile. */
export const p11: Scenario = {
  name: 'P11',
  promise: 'The same Idempotency-Key gives the same answer and one run; with another body 422.',
  mutants: ['key-forgotten'],
  async play(play) {
    const { open, random, count } = play;
    const opened = await open({ brains: 2, workers: 0, script: () => textReply('once') });
    const keys = count({ smoke: 15, normal: 50, full: 100 });
    const killing = killAtRandom(opened.stage.brains, {
      random,
      times: count({ smoke: 2, normal: 8, full: 20 }),
      afterMs: [100, 500],
      fault: KILL,
    });
    await forEach(keys, 4, (i) => askTwins(opened.client, i));
    await killing.end();
    return judge(play, opened, keys);
  },
};

async function askTwins(client: FaultClient, i: number): Promise<void> {
  const ask = { user: `user-${i}`, path: '/api/v1/chat', key: `key-${i}` };
  const same = { ...ask, request: `key ${i}`, body: { message: `say ${i}` } };
  await Promise.all(Array.from({ length: TWINS }, () => client.insist(same)));
  const other = { ...ask, request: `other body ${i}`, body: { message: 'something else' } };
  let told = await client.ask(other);
  while (told.status === 0 || told.status === 503) told = await client.ask(other);
}

function judge({ history }: Play, { stage }: OpenStage, keys: number): Verdict {
  const answers = answersOf(history.events);
  const good = answers.filter(({ request, status }) => request.startsWith('key') && status === 200);
  const mixed = [...Map.groupBy(good, ({ request }) => request).values()]
    .map((same) => new Set(same.map(({ body }) => JSON.stringify(body))))
    .filter((bodies) => bodies.size !== 1)
    .map((bodies) => [...bodies]);
  const others = answers.filter(
    ({ request, status }) => request.startsWith('other') && status !== 0 && status !== 503,
  );
  const faults = countFaults(history.events).get(KILL) ?? 0;
  const { runs } = stage.dump();
  return {
    counts: { keys, answers: good.length, runs: runs.length, mismatches: others.length, faults },
    problems: toProblems({
      'key with several answers': mixed,
      'number of runs that is not that of the keys': runs.length === keys ? [] : [runs.length],
      'request that was never answered': good.length >= keys * TWINS ? [] : [good.length],
      'other body that was not refused with 422': others
        .filter(({ status }) => status !== 422)
        .map(({ status }) => status),
    }),
    isVoid: faults === 0 ? 'nothing was killed' : undefined,
  };
}
