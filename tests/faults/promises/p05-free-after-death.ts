import { textReply } from '@bakerst/offline-model';
import { unfinishedRuns } from '../checkers/runs.ts';
import { type Scenario, toProblems } from '../harness/scenario.ts';
import { until } from '../harness/until.ts';

const LEASE_MS = 2_000;

/** A brain dies with a run in hand; the time until another one has that run, and with it the lock. */
export const p05: Scenario = {
  name: 'P5',
  promise: 'When a holder dies, the user is free again after lease + 1 s at most.',
  mutants: [],
  async play({ open, history, count, random }) {
    const { stage, client } = await open({
      brains: 3,
      workers: 0,
      script: () => textReply('late'),
      pace: { firstByteMs: 3_000, deltaMs: 0 },
      brainEnv: { LOCK_LEASE_MS: String(LEASE_MS) },
    });
    const kills = count({ smoke: 2, normal: 8, full: 100 });
    const waits: number[] = [];
    for (let i = 0; i < kills; i++) {
      const holder = random.between(0, 2);
      const request = `chat ${i}`;
      void client.ask({
        request,
        user: `user-${i}`,
        path: '/api/v1/chat',
        body: { message: request },
        brain: holder,
      });
      await until(() => stage.dump().runs.length === i + 1, 5_000);
      stage.brains[holder]?.kill('SIGKILL holder');
      const killedAt = Date.now();
      const isTaken = await until(() => Number(stage.dump().runs[i]?.['takeover']) > 1, 10_000);
      waits.push(isTaken ? Date.now() - killedAt : Number.POSITIVE_INFINITY);
      await stage.brains[holder]?.ready();
    }
    await until(() => unfinishedRuns(stage.dump()).length === 0, 30_000);
    history.add({ type: 'note', at: Date.now(), note: 'waits in ms', value: waits });
    return {
      counts: { kills, 'longest wait ms': Math.max(...waits) },
      problems: toProblems({
        'wait longer than lease + 1 s': waits.filter((wait) => wait > LEASE_MS + 1_000),
        'run never ended': unfinishedRuns(stage.dump()),
      }),
      isVoid: kills === 0 ? 'nothing was killed' : undefined,
    };
  },
};
