import { setTimeout as delay } from 'node:timers/promises';
import { textReply } from '@bakerst/offline-model';
import { acceptedRuns, checkRuns, unfinishedRuns } from '../checkers/runs.ts';
import type { Ask } from '../harness/client.ts';
import { answersOf } from '../harness/history.ts';
import { askSteadily } from '../harness/load.ts';
import { readRssMb } from '../harness/memory.ts';
import {
  type OpenStage,
  type Play,
  type Scenario,
  toProblems,
  type Verdict,
} from '../harness/scenario.ts';
import { forEach, until } from '../harness/until.ts';

const CAPACITY = 20;
const GROWTH_MB = 80;
const HEALTH_MS = 500;

/** Many times more requests than there is room for, each of another user. */
export const p26: Scenario = {
  name: 'P26',
  promise: 'Overload is refused, not queued for ever.',
  mutants: [],
  async play(play) {
    const { open, count } = play;
    const opened = await open({
      workers: 0,
      script: () => textReply('served'),
      pace: { firstByteMs: 200, deltaMs: 0 },
      brainEnv: { MAX_RUNS: String(CAPACITY) },
    });
    const { stage, client } = opened;
    // Connections and caches are there before memory is looked at.
    await forEach(200, 200, async (i) => void (await client.ask(toAsk(`early-${i}`))));
    const pid = stage.brains[0]?.pid ?? 0;
    const before = readRssMb(pid);
    const load = askSteadily(client, count({ smoke: 200, normal: 300, full: 500 }), (i) =>
      toAsk(`${i}`),
    );
    const health: number[] = [];
    const overAt = performance.now() + 1_000 * count({ smoke: 4, normal: 15, full: 60 });
    while (performance.now() < overAt) {
      const { ms } = await client.ask({ request: 'health', user: 'nobody', path: '/health' });
      health.push(ms);
      await delay(500);
    }
    await load.end();
    await until(() => unfinishedRuns(stage.dump()).length === 0, 20_000);
    return judge(play, opened, { growth: readRssMb(pid) - before, health });
  },
};

function toAsk(name: string): Ask {
  const body = { message: `request ${name}` };
  return { request: `chat ${name}`, user: `user-${name}`, path: '/api/v1/chat', body };
}

interface Played {
  readonly growth: number;
  readonly health: readonly number[];
}

function judge(
  { history: { events } }: Play,
  { stage }: OpenStage,
  { growth, health }: Played,
): Verdict {
  const answers = answersOf(events).filter(({ request }) => request.startsWith('chat'));
  const refused = answers.filter(({ status }) => status === 429 || status === 503);
  return {
    counts: {
      requests: answers.length,
      served: acceptedRuns(events).size,
      refused: refused.length,
      'growth MB': Math.round(growth),
      'slowest health ms': Math.round(Math.max(...health)),
    },
    problems: toProblems({
      ...checkRuns(events, stage.dump()),
      'answer that is neither 200 nor 429 nor 503': answers
        .filter(({ status }) => ![200, 429, 503].includes(status))
        .map(({ status, body }) => `${status} ${JSON.stringify(body)}`),
      'refusal without Retry-After': refused.filter(({ retryAfter }) => retryAfter === undefined),
      'memory that grew': growth < GROWTH_MB ? [] : [growth],
      'health that answered late': health.filter((ms) => ms > HEALTH_MS),
    }),
    isVoid: refused.length === 0 ? 'nothing was refused' : undefined,
  };
}
