import { setTimeout as delay } from 'node:timers/promises';
import { textReply } from '@bakerst/offline-model';
import { latencies, p99 } from '../checkers/latency.ts';
import { acceptedRuns, checkRuns, mostRunsAtOnce, unfinishedRuns } from '../checkers/runs.ts';
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
import { forEach, untilNone } from '../harness/until.ts';

const CAPACITY = 20;
/** Of the second half over the first one: what each request leaves behind would double it. */
const GROWTH = 1.5;
/**
 * The specification's 50 ms are for a machine of the brain's own. Here whoever sends five hundred requests a second, and
 * stops the time, has the same two cores: what /health takes at the same moments is that share, and is allowed for.
 */
const REFUSAL_MS = 50;
/** The specification's, without any allowance. */
const HEALTH_MS = 100;

/** Many times more requests than there is room for, each of another user. */
export const p26: Scenario = {
  name: 'P26',
  promise: 'Overload is refused, not queued for ever.',
  mutants: ['no-cap'],
  async play(play) {
    const { open, count } = play;
    const opened = await open({
      workers: 0,
      script: () => textReply('served'),
      pace: { firstByteMs: 200, deltaMs: 0 },
      brainEnv: { MAX_RUNS: String(CAPACITY) },
    });
    const { stage, client } = opened;
    // The heap has the size that work gives it before memory is looked at.
    await forEach(2_000, 100, async (i) => void (await client.ask(toAsk(`early-${i}`))));
    const pid = stage.brains[0]?.pid ?? 0;
    const perSecond = count({ smoke: 200, normal: 300, full: 500 });
    const load = askSteadily(client, perSecond, (i) => toAsk(`${i}`));
    const looks: Look[] = [];
    for (let left = count({ smoke: 4, normal: 15, full: 60 }) * 2; left > 0; left--) {
      const { ms } = await client.ask({ request: 'health', user: 'nobody', path: '/health' });
      looks.push({ healthMs: ms, rssMb: readRssMb(pid) });
      await delay(500);
    }
    await load.end();
    await untilNone(() => unfinishedRuns(stage.unfinished()));
    return judge(play, opened, looks);
  },
};

interface Look {
  readonly healthMs: number;
  readonly rssMb: number;
}

function toAsk(name: string): Ask {
  const body = { message: `request ${name}` };
  return { request: `chat ${name}`, user: `user-${name}`, path: '/api/v1/chat', body };
}

function judge(
  { history: { events } }: Play,
  { stage }: OpenStage,
  looks: readonly Look[],
): Verdict {
  const dump = stage.dump();
  const health = looks.map(({ healthMs }) => healthMs);
  const half = Math.floor(looks.length / 2);
  const peaks = [looks.slice(0, half), looks.slice(half)].map((part) =>
    Math.round(Math.max(...part.map(({ rssMb }) => rssMb))),
  );
  const [early = 0, late = 0] = peaks;
  const answers = answersOf(events).filter(({ request }) => request.startsWith('chat'));
  const refused = answers.filter(({ status }) => status === 429 || status === 503);
  const refusalMs = p99(latencies(refused.filter(({ request }) => !request.includes('early'))));
  const healthMs = p99(health);
  const atOnce = mostRunsAtOnce(dump);
  return {
    counts: {
      requests: answers.length,
      served: acceptedRuns(events).size,
      refused: refused.length,
      'peak MB, first half': early,
      'peak MB, second half': late,
      'most runs at once': atOnce,
      'p99 of refusals ms': refusalMs,
      'p99 of health ms': Math.round(healthMs),
      'slowest health ms': Math.round(Math.max(...health)),
    },
    problems: toProblems({
      ...checkRuns(events, dump),
      'answer that is neither 200 nor 429 nor 503': answers
        .filter(({ status }) => ![200, 429, 503].includes(status))
        .map(({ status, body }) => `${status} ${JSON.stringify(body)}`),
      'refusal without Retry-After': refused.filter(({ retryAfter }) => retryAfter === undefined),
      'memory that grew': late < early * GROWTH ? [] : [peaks],
      'more runs at once than there is room for': atOnce <= CAPACITY ? [] : [atOnce],
      'refusals that came late': refusalMs < REFUSAL_MS + healthMs ? [] : [refusalMs],
      'health that answered late': healthMs < HEALTH_MS ? [] : [healthMs],
    }),
    isVoid: refused.length === 0 ? 'nothing was refused' : undefined,
  };
}
