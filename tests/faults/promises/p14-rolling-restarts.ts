import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '@bakerst/client';
import { type Script, type ScriptReply, textReply } from '@bakerst/offline-model';
import { checkRuns, unfinishedRuns } from '../checkers/runs.ts';
import { type Balancer, openBalancer } from '../harness/balancer.ts';
import { answersOf, countFaults } from '../harness/history.ts';
import { askSteadily } from '../harness/load.ts';
import { type ReadStream, readStream } from '../harness/read-stream.ts';
import {
  type OpenStage,
  type Play,
  type Scenario,
  toProblems,
  type Verdict,
} from '../harness/scenario.ts';
import { SUPER_TOKEN } from '../harness/stage.ts';
import { untilNone } from '../harness/until.ts';

const LATE_MS = 2_000;
const RESTART = 'SIGTERM brain';
const STOP_MS = 25_000;
const STREAMS = 20;
const WORDS = Array.from({ length: 50 }, (_, i) => `word-${i} `);
const LONG: ScriptReply = {
  kind: 'message',
  blocks: [{ type: 'text', text: WORDS }],
  pace: { firstByteMs: 50, deltaMs: 40 },
};
const script: Script = (request) =>
  JSON.stringify(request).includes('stream') ? LONG : textReply('ok');

/** Two brains behind a load balancer that notices two seconds late that one of them is on its way out. */
export const p14: Scenario = {
  name: 'P14',
  promise: 'Deploys and node drains drop no request.',
  mutants: ['no-linger'],
  async play(play) {
    const { open, count } = play;
    const brainEnv = { DRAIN_LINGER_MS: '2500' };
    const opened = await open({ brains: 2, workers: 0, script, brainEnv });
    const ports = [0, 1].map((i) => Number(new URL(opened.stage.urlOf(i)).port));
    await using balancer = await openBalancer(ports);
    const load = askSteadily(opened.client, count({ smoke: 20, normal: 50, full: 50 }), (i) => {
      const body = { message: `ask ${i}` };
      const user = `user-${i}`;
      return { request: `chat ${i}`, user, path: '/api/v1/chat', body, url: balancer.url };
    });
    const stop = new AbortController();
    const reading = readOn(play, balancer.url, stop.signal);
    const stops: Stop[] = [];
    for (let i = 0; i < count({ smoke: 1, normal: 4, full: 20 }); i++)
      stops.push(await restart(play, opened, { index: i % 2, balancer }));
    stop.abort();
    await load.end();
    const streams = await reading;
    await untilNone(() => unfinishedRuns(opened.stage.unfinished()));
    return judge(play, opened, { stops, streams });
  },
};

interface Stop {
  readonly code: number | null;
  readonly ms: number;
}

async function restart(
  { history }: Play,
  { stage }: OpenStage,
  { index, balancer }: { index: number; balancer: Balancer },
): Promise<Stop> {
  const member = stage.brains[index];
  const port = Number(new URL(stage.urlOf(index)).port);
  if (member === undefined) throw new Error(`there is no brain ${index}`);
  history.add({ type: 'fault', at: Date.now(), fault: RESTART, target: member.name });
  const noticed = delay(LATE_MS).then(() => balancer.setOpen(port, false));
  const startedAt = performance.now();
  const code = await member.stop();
  const ms = performance.now() - startedAt;
  await noticed;
  await member.ready();
  balancer.setOpen(port, true);
  await delay(500);
  return { code, ms };
}

/** Each reader follows one stream after the other. */
async function readOn(
  { random }: Play,
  baseUrl: string,
  signal: AbortSignal,
): Promise<readonly ReadStream[]> {
  const client = createClient({ baseUrl, token: SUPER_TOKEN });
  const streams: ReadStream[] = [];
  const lane = async (_: unknown, reader: number): Promise<void> => {
    for (let i = 0; !signal.aborted; i++) {
      const message = `stream ${reader}.${i}`;
      const user = `reader-${reader}`;
      streams.push(await readStream({ client, message, user, drops: 0, random }));
    }
  };
  await Promise.all(Array.from({ length: STREAMS }, lane));
  return streams;
}

interface Played {
  readonly stops: readonly Stop[];
  readonly streams: readonly ReadStream[];
}

function judge({ history }: Play, { stage }: OpenStage, { stops, streams }: Played): Verdict {
  const answers = answersOf(history.events);
  const failed = answers
    .filter(({ status }) => status !== 200)
    .map(({ request, status, body }) => `${request} ${status} ${JSON.stringify(body)}`);
  return {
    counts: {
      requests: answers.length,
      failed: failed.length,
      streams: streams.length,
      restarts: countFaults(history.events).get(RESTART) ?? 0,
      'longest stop ms': Math.round(Math.max(...stops.map(({ ms }) => ms))),
    },
    problems: toProblems({
      ...checkRuns(history.events, stage.dump()),
      'request that failed': failed,
      'stream with missing or doubled events': streams.filter(({ gaps }) => gaps.length > 0),
      'stream without its whole text': streams
        .filter(({ text, isComplete }) => !isComplete || text !== WORDS.join(''))
        .map(({ runId, text }) => `${runId} ${text.slice(-40)}`),
      'exit code other than 0': stops.filter(({ code }) => code !== 0),
      'stop that took longer than 25 s': stops.filter(({ ms }) => ms > STOP_MS),
    }),
    isVoid: stops.length === 0 ? 'nothing was restarted' : undefined,
  };
}
