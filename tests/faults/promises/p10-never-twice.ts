import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { textReply } from '@bakerst/offline-model';
import { appendLine, makeOperatingSystem } from '../../support/operating-system.ts';
import { acceptedJobs, checkJobs, unfinishedJobs } from '../checkers/jobs.ts';
import { repeated } from '../checkers/runs.ts';
import { type Aiming, aim } from '../harness/aim.ts';
import type { Dump } from '../harness/dump.ts';
import type { HistoryEvent } from '../harness/history.ts';
import { type Scenario, toProblems, type Verdict } from '../harness/scenario.ts';
import { forEach, untilNone } from '../harness/until.ts';

/** Commands that a worker has in hand: so many may be interrupted by its death. */
const SLOTS = 2;

/** Each command appends its own line to a file; workers and brains are killed in the middle of them. */
export const p10: Scenario = {
  name: 'P10',
  promise:
    'A job that must not act twice is never started a second time by itself; after a crash it is reported as interrupted.',
  mutants: ['no-start'],
  async play({ open, history, random, count, dir }) {
    const env = { OPERATING_SYSTEM_DIR: makeOperatingSystem() };
    const workerEnv = { ...env, WORKER_CONCURRENCY: String(SLOTS) };
    const plan = { workers: 3, script: () => textReply('ok'), brainEnv: env, workerEnv };
    const { stage, client } = await open(plan);
    const kills = count({ smoke: 5, normal: 20, full: 75 });
    const file = join(dir, 'lines');
    await using execution = await aim(stage, 'in execution', { random, kills, oneIn: 2.5 });
    const some = { random, kills: Math.ceil(kills / 3), oneIn: 4 };
    await using commit = await aim(stage, 'before commit', some);
    await forEach(count({ smoke: 40, normal: 120, full: 300 }), 8, async (i) => {
      const request = `job ${i}`;
      const user = `user-${i % 20}`;
      const body = { type: 'command', command: appendLine(file, `line-${i}`, 120) };
      await client.insist({ request, user, path: '/api/v1/jobs', body, key: request });
    });
    await untilNone(() => unfinishedJobs(stage.unfinished()));
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    return judge(history.events, { dump: stage.dump(), lines, execution, commit });
  },
};

interface Played {
  readonly dump: Dump;
  readonly lines: readonly string[];
  readonly execution: Aiming;
  readonly commit: Aiming;
}

function judge(
  events: readonly HistoryEvent[],
  { dump, lines, execution, commit }: Played,
): Verdict {
  const twice = repeated(lines);
  const acted = new Set(lines);
  const lineOf = (body: unknown): string => /line-\d+/.exec(String(body))?.[0] ?? '';
  const completed = dump.jobs.filter(({ status }) => status === 'completed');
  const interrupted = dump.jobs.filter(({ status }) => status === 'interrupted');
  return {
    counts: {
      acknowledged: acceptedJobs(events).size,
      acted: acted.size,
      doubled: twice.length,
      interrupted: interrupted.length,
      'kills in execution': execution.kills(),
      'kills before commit': commit.kills(),
    },
    problems: toProblems({
      ...checkJobs(events, dump),
      'command that acted twice': twice,
      'completed command that has not acted': completed.filter(
        ({ body }) => !acted.has(lineOf(body)),
      ),
      'interruptions beyond what killed workers had in hand':
        interrupted.length <= execution.kills() * SLOTS ? [] : interrupted.map(({ id }) => id),
      'command that is neither completed nor interrupted': dump.jobs
        .filter(({ status }) => status !== 'completed' && status !== 'interrupted')
        .map(({ id, status, error_code }) => `${id} ${status} ${error_code}`),
    }),
    isVoid: interrupted.length === 0 ? 'nothing was interrupted' : undefined,
  };
}
