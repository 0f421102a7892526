import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ToolCallAsker } from '@bakerst/bus';
import {
  JobDispatch,
  JobId,
  type JobOutcome,
  OrgId,
  type Tenant,
  UserId,
} from '@bakerst/contracts';
import { randomId, silentLogger, systemClock } from '@bakerst/kit';
import { createSqliteJobQueue } from '../../services/brain/src/jobs/sqlite-job-queue.ts';
import { createSqliteJobStore } from '../../services/brain/src/jobs/sqlite-job-store.ts';
import { createSqliteToolCalls } from '../../services/brain/src/jobs/sqlite-tool-calls.ts';
import type { ToolChecker } from '../../services/brain/src/mcp/ports.ts';
import { createGroupCommit } from '../../services/brain/src/storage/group-commit.ts';
import { migrate } from '../../services/brain/src/storage/migrate.ts';
import { type Database, openDatabase } from '../../services/brain/src/storage/open-database.ts';
import { createCodeExecutor } from '../../services/worker/src/code/run-code.ts';
import type { McpCaller } from '../../services/worker/src/mcp/ports.ts';
import { openIsolateSandbox } from '../../services/worker/src/sandbox/isolate-sandbox.ts';
import { createMortal, type Fate, type Mortal } from './mortal.ts';

/** One attempt as seen from outside. */
export type Attempted = JobOutcome | { readonly status: 'died' } | { readonly status: 'refused' };

/** A code job whose attempts are executed by workers that die as they are told. */
export interface Workshop extends AsyncDisposable {
  /** Stores a job with this code. */
  post(code: string): Promise<void>;
  /** The next attempt of the job, by a worker of its own. */
  attempt(fate: Fate | undefined): Promise<Attempted>;
  status(): string;
  /** Calls of the job's code that arrived at their tool, by number. */
  readonly arrived: ReadonlyMap<number, readonly string[]>;
}

const TENANT: Tenant = { org: OrgId.parse('home'), user: UserId.parse('gary') };
const SLOWEST_MS = 3;
const COMMON = { clock: systemClock, log: silentLogger };

/** Real parts of brain and worker, with the bus between them left out: what is lost on it is told by fate. */
export async function openWorkshop(): Promise<Workshop> {
  const db = openNewDatabase();
  const parts = { db, writer: createGroupCommit(db, COMMON), clock: systemClock };
  const store = createSqliteJobStore(parts);
  const queue = createSqliteJobQueue({ ...parts, tools: CHECKER, random: () => 0 });
  const calls = createSqliteToolCalls({
    ...parts,
    tools: CHECKER,
    budget: { check: () => undefined },
    secrets: PLAIN,
  });
  const sandbox = openIsolateSandbox({ clock: systemClock, log: silentLogger, maxChildren: 4 });
  let arrived = new Map<number, string[]>();
  let job: { readonly id: JobId; readonly code: string; attempts: number } | undefined;

  const executor = (mortal: Mortal, workerId: string) => {
    const asker: ToolCallAsker = {
      ask: async (ask) => (await mortal.touch(() => calls.ask(ask))).answer,
      note: async (done) => ({ noted: await mortal.touch(() => calls.note(done)) }),
    };
    // What a dead worker's calls come to later is no business of the next job.
    const caller = createCaller(mortal, arrived);
    return createCodeExecutor({ ...COMMON, sandbox, asker, caller, workerId });
  };

  return {
    get arrived() {
      return arrived;
    },
    async post(code) {
      const id = JobId.parse(randomId());
      arrived = new Map();
      job = { id, code, attempts: 0 };
      const spec = { type: 'code' as const, code, timeoutMs: 30_000 };
      await store.add(TENANT, { id, spec, replay: 'safe', requestId: 'request-1' });
    },
    async attempt(fate) {
      if (job === undefined) throw new Error('no job yet');
      const attempt = ++job.attempts;
      const workerId = `worker-${attempt}`;
      const place = { jobId: job.id, attempt, baseAttempt: 1, workerId };
      if (attempt > 1 && (await queue.start(place)).answer.answer !== 'go')
        return { status: 'refused' };
      const mortal = createMortal(fate);
      const stop = new AbortController();
      const dispatch = toDispatch(job.id, job.code);
      const { spec } = dispatch;
      if (spec.type !== 'code') throw new Error('no code');
      const run = executor(mortal, workerId)({ dispatch, attempt, spec, signal: stop.signal });
      const died = mortal.death.then(() => ({ status: 'died' as const }));
      return await Promise.race([run, died]).finally(() => stop.abort());
    },
    status: () => String(db.prepare('SELECT status FROM job WHERE id = ?').pluck().get(job?.id)),
    async [Symbol.asyncDispose]() {
      await sandbox[Symbol.asyncDispose]();
      db.close();
    },
  };
}

function openNewDatabase(): Database {
  const dir = mkdtempSync(join(tmpdir(), 'bakerst-calls-'));
  const db = openDatabase(join(dir, 'bakerst.db'), { synchronous: 'NORMAL' });
  migrate(db, { log: silentLogger });
  db.prepare("INSERT INTO org (id, created_at) VALUES ('home', 0) ON CONFLICT DO NOTHING").run();
  return db;
}

const CHECKER: ToolChecker = {
  checkTool: (_org, { server, tool }) => ({
    ok: true,
    server,
    tool,
    revision: 0,
    replay: tool === 'never' ? 'never' : 'safe',
  }),
};

const PLAIN = { redact: (text: string) => text };

/** Every call gets another answer, so that nothing that is called twice could look the same. */
function createCaller(mortal: Mortal, arrived: Map<number, string[]>): Pick<McpCaller, 'call'> {
  let answers = 0;
  return {
    call: ({ tool, arguments: { n } }) =>
      mortal.touch(async () => {
        await delay(Math.random() * SLOWEST_MS);
        const number = Number(n);
        arrived.set(number, [...(arrived.get(number) ?? []), tool]);
        await delay(Math.random() * SLOWEST_MS);
        if (tool === 'failing')
          return { status: 'failed', error: { code: 'NO_TEA', message: 'no tea' } };
        const text = `answer ${answers++} ${Math.random()}`;
        return { status: 'ok', text, media: [], isError: false };
      }),
  };
}

function toDispatch(jobId: JobId, code: string): JobDispatch {
  return JobDispatch.parse({
    jobId,
    attempt: 1,
    replay: 'safe',
    ...TENANT,
    requestId: 'request-1',
    createdAt: 1_000_000,
    spec: { type: 'code', code, timeoutMs: 30_000 },
  });
}
