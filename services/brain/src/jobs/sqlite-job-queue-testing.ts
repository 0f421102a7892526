import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JobId, type JobOutcome, OrgId, UserId } from '@bakerst/contracts';
import { randomId, silentLogger } from '@bakerst/kit';
import { createFakeClock, type FakeClock } from '@bakerst/kit/testing';
import { createGroupCommit } from '../storage/group-commit.ts';
import { migrate } from '../storage/migrate.ts';
import { openDatabase } from '../storage/open-database.ts';
import type { JobActionStore, JobQueueStore } from './ports.ts';
import { createSqliteJobActions } from './sqlite-job-actions.ts';
import { createSqliteJobQueue } from './sqlite-job-queue.ts';
import { createSqliteJobStore } from './sqlite-job-store.ts';

export const gary = { org: OrgId.parse('home'), user: UserId.parse('gary') };

export interface TestQueue extends Disposable {
  readonly queue: JobQueueStore;
  readonly actions: JobActionStore;
  readonly clock: FakeClock;
  /** Posts a code job, or another one, of a key if one is given. */
  post(type: 'code' | 'http', key?: string): Promise<JobId>;
  /** What may be sent now is in the work queue afterwards. */
  send(): Promise<readonly JobId[]>;
  /** The worker of its first attempt says what came of it. */
  tell(id: JobId, outcome: JobOutcome): Promise<void>;
  run(sql: string): void;
}

const BODIES = {
  code: { type: 'code', code: 'return 1', timeoutMs: 1_000 },
  http: { type: 'http', url: 'https://oven.test/', method: 'GET', headers: {}, timeoutMs: 1_000 },
} as const;

/** Jobs of one user in a database of their own, without a bus. */
export function openTestQueue(): TestQueue {
  const clock = createFakeClock();
  const db = openDatabase(join(mkdtempSync(join(tmpdir(), 'bakerst-')), 'bakerst.db'));
  migrate(db, { log: silentLogger });
  db.exec("INSERT INTO org (id, created_at) VALUES ('home', 0) ON CONFLICT DO NOTHING");
  const deps = { db, clock, writer: createGroupCommit(db, { clock, log: silentLogger }) };
  const tools = {
    checkTool(): never {
      throw new Error('no tool is called here');
    },
  };
  const store = createSqliteJobStore(deps);
  const queue = createSqliteJobQueue({ ...deps, tools, random: () => 1 });
  return {
    queue,
    clock,
    actions: createSqliteJobActions(deps),
    async post(type, key) {
      const id = JobId.parse(randomId());
      const spec = BODIES[type];
      await store.add(gary, { id, spec, replay: 'safe', orderingKey: key, requestId: 'request-1' });
      return id;
    },
    async send() {
      const marks = queue
        .listNext()
        .map(({ id, baseAttempt }, i) => ({ id, attempt: baseAttempt, streamSeq: i + 1 }));
      return (await queue.markDispatched(marks)).map(({ id }) => id);
    },
    tell: (id, outcome) => tell(queue, id, outcome),
    run: (sql) => void db.exec(sql),
    [Symbol.dispose]: () => db.close(),
  };
}

async function tell(queue: JobQueueStore, jobId: JobId, outcome: JobOutcome): Promise<void> {
  const place = { jobId, attempt: 1, baseAttempt: 1, workerId: 'worker-1' };
  await queue.record({ ...place, requestId: 'request-1', startedAt: 0, finishedAt: 0, outcome });
}
