import { setTimeout as delay } from 'node:timers/promises';
import { toolReply } from '@bakerst/offline-model';
import { checkRuns, unfinishedRuns } from '../checkers/runs.ts';
import {
  type OpenStage,
  type Play,
  type Scenario,
  toProblems,
  type Verdict,
} from '../harness/scenario.ts';
import { forEach, until } from '../harness/until.ts';

const END_MS = 5_000;
const code = 'const until = Date.now() + 120; while (Date.now() < until); return 1';

/** Runs that call one tool after the other, halted at random moments. */
export const p22: Scenario = {
  name: 'P22',
  promise: 'After a halt is answered no new tool call starts; running ones end within 5 s.',
  mutants: [],
  async play(play) {
    const { open, count, random } = play;
    const script = () => toolReply('execute_code', { code });
    const brainEnv = { LOCK_LEASE_MS: '5000' };
    const opened = await open({ brains: 2, workers: 2, script, brainEnv });
    const halts = new Map<unknown, number>();
    await forEach(count({ smoke: 20, normal: 50, full: 100 }), 4, (i) =>
      haltOne(opened, halts, { i, afterMs: random.between(100, 1_200) }),
    );
    await until(() => unfinishedRuns(opened.stage.dump()).length === 0, 20_000);
    return judge(play, opened, halts);
  },
};

/** Notes the moment at which a halt was answered, by the id of its run. */
async function haltOne(
  { client }: OpenStage,
  halts: Map<unknown, number>,
  { i, afterMs }: { i: number; afterMs: number },
): Promise<void> {
  const user = `user-${i}`;
  const body = { message: `work ${i}` };
  const chat = { request: `chat ${i}`, user, path: '/api/v1/chat', body, brain: 0 };
  const asking = client.ask(chat);
  await delay(afterMs);
  // Asked of the brain that does not execute it.
  const brain = 1;
  const listed = await client.ask({ request: 'list', user, path: '/api/v1/runs', brain });
  const [run] = Array.isArray(listed.body['data']) ? listed.body['data'] : [];
  const path = `/api/v1/runs/${run?.id}/halt?user_id=${user}`;
  const halted = await client.ask({ request: `halt ${i}`, user, path, body: {}, brain });
  if (halted.status === 200) halts.set(run?.id, Date.now());
  await asking;
}

function judge(
  { history: { events } }: Play,
  { stage }: OpenStage,
  halts: ReadonlyMap<unknown, number>,
): Verdict {
  const dump = stage.dump();
  const haltOf = (id: unknown): number => halts.get(id) ?? Number.POSITIVE_INFINITY;
  const late = dump.steps
    .filter(({ run_id, type, at }) => type === 'tool_called' && Number(at) > haltOf(run_id))
    .map(({ run_id, seq }) => `${run_id} step ${seq}`);
  const lateJobs = dump.jobs
    .filter(({ run_id, created_at }) => Number(created_at) > haltOf(run_id))
    .map(({ id }) => id);
  const spans = dump.runs
    .filter(({ id }) => halts.has(id))
    .map(({ id, finished_at }) => Number(finished_at) - haltOf(id));
  const cut = dump.runs.filter(({ status }) => status === 'halted').length;
  return {
    counts: {
      halts: halts.size,
      'halted in the middle': cut,
      'tool calls after the halt': late.length,
      'longest end ms': Math.max(0, ...spans),
    },
    problems: toProblems({
      ...checkRuns(events, dump),
      'tool call after the halt was answered': late,
      'job posted after the halt was answered': lateJobs,
      'run that did not end within 5 s': spans.filter((ms) => ms > END_MS),
    }),
    isVoid: cut === 0 ? 'no run was halted in the middle' : undefined,
  };
}
