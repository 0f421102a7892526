import { setTimeout as delay } from 'node:timers/promises';
import { byTurn, textReply, toolReply } from '@bakerst/offline-model';
import {
  acceptedRuns,
  checkRuns,
  overlappingRuns,
  stepsOfReplacedHolders,
  unfinishedRuns,
} from '../checkers/runs.ts';
import { pausesWithTakeover, type Takeover, takeoversIn } from '../checkers/takeovers.ts';
import { countFaults } from '../harness/history.ts';
import {
  type OpenStage,
  type Play,
  type Scenario,
  toProblems,
  type Verdict,
} from '../harness/scenario.ts';
import { forEach, untilNone } from '../harness/until.ts';

const LEASE_MS = 1_500;
const PAUSE = 'SIGSTOP brain';
/** Part of the pauses that must have cost the brain a run. */
const EFFECTIVE = 3 / 4;

/** A holder is paused for longer than its lease, others take its runs over, and it wakes up in the middle of them. */
export const p02: Scenario = {
  name: 'P2',
  promise:
    'For one user at most one run takes effect at a time, even if the holder of the lock was paused and woke up.',
  mutants: ['no-fence', 'no-renewal'],
  async play(play) {
    const { open, random, count } = play;
    const opened = await open({
      brains: 3,
      workers: 1,
      script: byTurn([toolReply('execute_code', { code: 'return 1' }), textReply('done')]),
      pace: { firstByteMs: 900, deltaMs: 0 },
      brainEnv: { LOCK_LEASE_MS: String(LEASE_MS) },
    });
    const stop = new AbortController();
    const asking = ask(opened, count({ smoke: 6, normal: 12, full: 20 }), stop.signal);
    // Nobody is disturbed for a while: whatever is taken over then was taken from a holder that lives.
    await delay(2 * LEASE_MS + 1_000);
    const calm = takeoversIn(play.history.events);
    for (let i = count({ smoke: 2, normal: 30, full: 200 }); i > 0; i--) {
      await random.pick(opened.stage.brains).pause(PAUSE, LEASE_MS * (1.2 + random.next() * 1.8));
      await delay(300);
    }
    stop.abort();
    await asking;
    await untilNone(() => unfinishedRuns(opened.stage.unfinished()));
    return judge(play, opened, calm);
  },
};

/** Each user says one message after the other: a new one is refused until the one before has been answered. */
async function ask({ client }: OpenStage, users: number, signal: AbortSignal): Promise<void> {
  await forEach(users, users, async (user) => {
    for (let i = 0; !signal.aborted; i++) {
      const request = `chat ${user}.${i}`;
      const body = { message: `message ${user}.${i}` };
      const chat = { request, user: `user-${user}`, path: '/api/v1/chat', body, key: request };
      await client.insist(chat, 10_000);
      await delay(150);
    }
  });
}

function judge({ history }: Play, { stage }: OpenStage, calm: readonly Takeover[]): Verdict {
  const dump = stage.dump();
  const takeovers = takeoversIn(history.events);
  const pauses = countFaults(history.events).get(PAUSE) ?? 0;
  const lost = pausesWithTakeover(history.events, PAUSE);
  const replaced = stepsOfReplacedHolders(dump);
  const overlaps = overlappingRuns(dump);
  return {
    counts: {
      acknowledged: acceptedRuns(history.events).size,
      pauses,
      'pauses that led to a takeover': lost,
      takeovers: takeovers.length,
      'steps of a replaced holder': replaced.length,
      overlaps: overlaps.length,
    },
    problems: toProblems({
      ...checkRuns(history.events, dump),
      'step of a holder that had been replaced': replaced,
      'runs of one user at the same time': overlaps,
      'run taken from a holder that lives': calm.map(({ runId }) => runId),
    }),
    isVoid:
      lost < pauses * EFFECTIVE ? `only ${lost} of ${pauses} pauses led to a takeover` : undefined,
  };
}
