import { textReply } from '@bakerst/offline-model';
import {
  acceptedRuns,
  checkRuns,
  doubledTexts,
  lostRuns,
  unfinishedRuns,
} from '../checkers/runs.ts';
import { countFaults } from '../harness/history.ts';
import { killAtRandom, unleash } from '../harness/nemesis.ts';
import { type Scenario, toProblems } from '../harness/scenario.ts';
import { forEach, untilNone } from '../harness/until.ts';

const CLIENTS = 16;

/** Clients repeat what was not acknowledged, under its key, until it is. */
export const p01: Scenario = {
  name: 'P1',
  promise: 'A message answered 2xx is never lost, and is answered once.',
  mutants: ['answer-before-commit'],
  async play({ open, history, random, count, say }) {
    const { stage, client } = await open({ workers: 0, script: () => textReply('noted') });
    const kills = count({ smoke: 3, normal: 20, full: 100 });
    const killing = killAtRandom(stage.brains, {
      random,
      times: kills,
      afterMs: [50, 400],
      fault: 'SIGKILL brain',
    });
    const restarting = unleash(count({ smoke: 1, normal: 8, full: 50 }), () =>
      stage.nats.restart('SIGKILL nats-server', random.between(50, 400)),
    );
    await forEach(count({ smoke: 60, normal: 600, full: 5_000 }), CLIENTS, async (i) => {
      const user = `user-${i % CLIENTS}`;
      const body = { message: `message ${i}`, on_busy: 'queue' };
      const request = `chat ${i}`;
      await client.insist({ request, user, path: '/api/v1/chat', body, key: request });
    });
    await Promise.all([killing.end(), restarting.end()]);
    say('all accepted, waiting for the last answers');
    await untilNone(() => unfinishedRuns(stage.unfinished()));
    const dump = stage.dump();
    const faults = countFaults(history.events);
    return {
      counts: {
        acknowledged: acceptedRuns(history.events).size,
        lost: lostRuns(history.events, dump).length,
        doubled: doubledTexts(dump).length,
        ...Object.fromEntries(faults),
      },
      problems: toProblems(checkRuns(history.events, dump)),
      isVoid: faults.has('SIGKILL brain') ? undefined : 'nothing was killed',
    };
  },
};
