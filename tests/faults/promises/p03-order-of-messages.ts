import { textReply } from '@bakerst/offline-model';
import { acceptedRuns, checkRuns, inversions, unfinishedRuns } from '../checkers/runs.ts';
import type { Dump } from '../harness/dump.ts';
import { countFaults } from '../harness/history.ts';
import { killAtRandom } from '../harness/nemesis.ts';
import { type Scenario, toProblems } from '../harness/scenario.ts';
import { forEach, until } from '../harness/until.ts';

/** Each user says one thing after the other; brains are killed meanwhile. */
export const p03: Scenario = {
  name: 'P3',
  promise: 'Messages of one user are answered in the order in which they were accepted.',
  mutants: [],
  async play({ open, history, random, count }) {
    const { stage, client } = await open({ brains: 2, workers: 0, script: () => textReply('ok') });
    const users = count({ smoke: 5, normal: 20, full: 50 });
    const each = count({ smoke: 6, normal: 15, full: 40 });
    const kills = count({ smoke: 2, normal: 8, full: 20 });
    const killing = killAtRandom(stage.brains, {
      random,
      times: kills,
      afterMs: [100, 600],
      fault: 'SIGKILL brain',
    });
    await forEach(users, users, async (user) => {
      for (let i = 0; i < each; i++) {
        const request = `chat ${user}.${i}`;
        const body = { message: `${user}.${i}`, on_busy: 'queue' };
        await client.insist({
          request,
          user: `user-${user}`,
          path: '/api/v1/chat',
          body,
          key: request,
        });
      }
    });
    await killing.end();
    await until(() => unfinishedRuns(stage.dump()).length === 0, 60_000);
    const dump = stage.dump();
    const faults = countFaults(history.events).get('SIGKILL brain') ?? 0;
    const wrong = [...inversions(dump), ...outOfTurn(dump)];
    return {
      counts: {
        acknowledged: acceptedRuns(history.events).size,
        inversions: wrong.length,
        faults,
      },
      problems: toProblems({
        ...checkRuns(history.events, dump),
        'message answered before an earlier one': wrong,
      }),
      isVoid: faults === 0 ? 'nothing was killed' : undefined,
    };
  },
};

/** Messages that stand before one that was said earlier. */
function outOfTurn({ messages }: Dump): readonly unknown[] {
  const last = new Map<unknown, number>();
  return messages
    .filter(({ role }) => role === 'user')
    .filter(({ conversation_id, content }) => {
      const number = Number(String(content).split('.')[1]);
      const isEarly = number < (last.get(conversation_id) ?? -1);
      last.set(conversation_id, number);
      return isEarly;
    })
    .map(({ content }) => content);
}
