import { textReply } from '@bakerst/offline-model';
import { firstAsked, outOfOrder, storedNumbers } from '../checkers/order.ts';
import { acceptedRuns, checkRuns, unfinishedRuns } from '../checkers/runs.ts';
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
import { forEach, untilNone } from '../harness/until.ts';
import { type AcceptedWatch, watchAccepted } from '../harness/watch-accepted.ts';

const KILL = 'SIGKILL brain';

/**
 * Each user says one thing after the other, the next one as soon as the last one is accepted: while the first is being
 * answered the others wait. Brains are killed meanwhile. Messages carry the number under which they were sent.
 */
export const p03: Scenario = {
  name: 'P3',
  promise: 'Messages of one user are answered in the order in which they were accepted.',
  mutants: ['newest-first'],
  async play(play) {
    const { open, random, count } = play;
    const opened = await open({
      brains: 2,
      workers: 0,
      script: () => textReply('ok'),
      pace: { firstByteMs: 150, deltaMs: 0 },
      // As many as are sent may wait.
      brainEnv: { MAX_RUNS: '5000' },
    });
    const { stage, client } = opened;
    const users = count({ smoke: 5, normal: 20, full: 50 });
    const each = count({ smoke: 8, normal: 15, full: 40 });
    const killing = killAtRandom(stage.brains, {
      random,
      times: count({ smoke: 2, normal: 8, full: 20 }),
      afterMs: [100, 600],
      fault: KILL,
    });
    using accepted = watchAccepted(stage.databaseFile);
    await forEach(users, users, (user) => sayAll(client, accepted, { user, each }));
    await untilNone(() => unfinishedRuns(stage.unfinished()));
    await killing.end();
    await untilNone(() => unfinishedRuns(stage.unfinished()));
    return judge(play, opened, users * each);
  },
};

/** The next one is sent when the last one is stored; who is told so by an answer alone is not waited for. */
async function sayAll(client: FaultClient, accepted: AcceptedWatch, said: Said): Promise<void> {
  const { user, each } = said;
  const asked: Promise<unknown>[] = [];
  for (let i = 0; i < each; i++) {
    const message = `${user}.${i}`;
    const request = `chat ${message}`;
    const body = { message, on_busy: 'queue' };
    const ask = { request, user: `user-${user}`, path: '/api/v1/chat', body, key: request };
    asked.push(client.insist(ask));
    await accepted.stored(message);
  }
  await Promise.all(asked);
}

interface Said {
  readonly user: number;
  readonly each: number;
}

function judge({ history }: Play, { stage }: OpenStage, sent: number): Verdict {
  const dump = stage.dump();
  const faults = countFaults(history.events).get(KILL) ?? 0;
  const queued = answersOf(history.events).filter(({ status }) => status === 202).length;
  const answered = outOfOrder(storedNumbers(dump, 'assistant'));
  return {
    counts: {
      acknowledged: acceptedRuns(history.events).size,
      queued,
      inversions: answered.length,
      faults,
    },
    problems: toProblems({
      ...checkRuns(history.events, dump),
      'message answered before an earlier one': answered,
      'message that stands before an earlier one': outOfOrder(storedNumbers(dump, 'user')),
      'message that the model had before an earlier one': outOfOrder(
        firstAsked(stage.model.requests),
      ),
      'message without an answer':
        storedNumbers(dump, 'assistant').length === sent ? [] : [dump.runs.length],
    }),
    isVoid: whyVoid({ faults, queued, sent }),
  };
}

interface Figures {
  readonly faults: number;
  readonly queued: number;
  readonly sent: number;
}

function whyVoid({ faults, queued, sent }: Figures): string | undefined {
  if (faults === 0) return 'nothing was killed';
  return queued < sent / 2 ? `only ${queued} of ${sent} messages had to wait` : undefined;
}
