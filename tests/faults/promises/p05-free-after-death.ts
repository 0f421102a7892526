import { join } from 'node:path';
import { textReply } from '@bakerst/offline-model';
import { unfinishedRuns } from '../checkers/runs.ts';
import {
  type OpenStage,
  type Play,
  type Scenario,
  toProblems,
  type Verdict,
} from '../harness/scenario.ts';
import { until, untilNone } from '../harness/until.ts';

const LEASE_MS = 2_000;
/** Sooner than this no lease of a run that has just begun can end: it is renewed every third of its length. */
const RENEWED_MS = LEASE_MS / 2;

/**
 * A brain dies with a run in hand; the time until another one has that run, and with it the lock. Once as it is on one
 * host, where the others see that the process is gone, and once as if it had died elsewhere: the lease has to end.
 */
export const p05: Scenario = {
  name: 'P5',
  promise: 'When a holder dies, the user is free again after lease + 1 s at most.',
  mutants: ['endless-lease'],
  async play(play) {
    const here = await killHolders(play, 'here', []);
    const elsewhere = await killHolders(play, 'elsewhere', ['holders-look-alive']);
    return judge(play, here, elsewhere);
  },
};

interface Killed {
  /** From each kill to the takeover, in ms. */
  readonly waits: readonly number[];
  readonly unfinished: readonly unknown[];
}

async function killHolders(
  { open, count, dir, random }: Play,
  name: string,
  brainFaults: readonly string[],
): Promise<Killed> {
  await using opened = await open({
    brains: 3,
    workers: 0,
    script: () => textReply('late'),
    pace: { firstByteMs: 3_000, deltaMs: 0 },
    brainEnv: { LOCK_LEASE_MS: String(LEASE_MS) },
    brainFaults,
    dataDir: join(dir, name, 'data'),
    storeDir: join(dir, name, 'nats'),
  });
  const { stage } = opened;
  const waits: number[] = [];
  for (let i = count({ smoke: 2, normal: 8, full: 50 }); i > 0; i--)
    waits.push(await killHolder(opened, waits.length, random.between(0, 2)));
  await untilNone(() => unfinishedRuns(stage.unfinished()));
  return { waits, unfinished: unfinishedRuns(stage.unfinished()) };
}

async function killHolder(
  { stage, client }: OpenStage,
  i: number,
  holder: number,
): Promise<number> {
  const request = `chat ${i}`;
  const chat = { request, user: `user-${i}`, path: '/api/v1/chat', body: { message: request } };
  void client.ask({ ...chat, brain: holder });
  await until(() => stage.dump().runs.length === i + 1, 5_000);
  stage.brains[holder]?.kill('SIGKILL holder');
  const killedAt = Date.now();
  const isTaken = await until(() => Number(stage.dump().runs[i]?.['takeover']) > 1, 10_000);
  const wait = isTaken ? Date.now() - killedAt : Number.POSITIVE_INFINITY;
  await stage.brains[holder]?.ready();
  return wait;
}

function judge({ history }: Play, here: Killed, elsewhere: Killed): Verdict {
  const value = { here: here.waits, elsewhere: elsewhere.waits };
  history.add({ type: 'note', at: Date.now(), note: 'waits in ms', value });
  const tooLong = ({ waits }: Killed) => waits.filter((wait) => wait > LEASE_MS + 1_000);
  return {
    counts: {
      kills: here.waits.length + elsewhere.waits.length,
      'longest wait ms': Math.max(...here.waits),
      'longest wait for the lease ms': Math.max(...elsewhere.waits),
    },
    problems: toProblems({
      'wait longer than lease + 1 s': tooLong(here),
      'wait for the lease longer than lease + 1 s': tooLong(elsewhere),
      'run never ended': [...here.unfinished, ...elsewhere.unfinished],
    }),
    isVoid: elsewhere.waits.some((wait) => wait < RENEWED_MS)
      ? 'something else than the end of the lease freed the user'
      : undefined,
  };
}
