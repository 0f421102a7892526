import { OrgId, RunId, UserId } from '@bakerst/contracts';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { UNFINISHED } from '../jobs/sqlite-job-rows.ts';
import { UNFINISHED as RUN_UNFINISHED } from '../runs/sqlite-run-rows.ts';
import type { StoreDeps } from '../storage/store-deps.ts';
import type { DueDelivery } from './delivery.ts';
import type { OutboxStore } from './ports.ts';
import { prepareAddDelivery } from './sqlite-add-delivery.ts';
import { SELECT_DELIVERY, toDelivery } from './sqlite-delivery-rows.ts';
import { prepareReport } from './sqlite-report.ts';

const RunRow = z.object({ org_id: OrgId, user_id: UserId, run_id: RunId });
const Ids = z.array(z.string());
const DueRow = z.object({
  id: z.string(),
  revision: z.int(),
  chat_id: z.string(),
  place: z.int().nullable(),
});

export function createSqliteOutboxStore({ db, writer, clock }: StoreDeps): OutboxStore {
  const sql = prepareStatements(db);
  const report = prepareReport(db);
  return {
    listDue: (channel) => sql.due.all(channel).map(toDue),
    findOpen(id) {
      const row = sql.findOpen.get(id);
      return row === undefined ? undefined : toDelivery(row);
    },
    listWithdrawn: (channel, since, limit) => Ids.parse(sql.withdrawn.all(channel, since, limit)),
    countOpen: (channel) => z.int().parse(sql.count.get(channel)),
    findRun(channel, key) {
      const row = sql.ofKey.get({ channel, key });
      if (row === undefined) return undefined;
      const { org_id: org, user_id: user, run_id: runId } = RunRow.parse(row);
      return { tenant: { org, user }, runId };
    },
    addText: (tenant, delivery, text) =>
      writer.write(() => {
        const { channel, key = null } = delivery;
        const known = sql.text.get({ channel, key, id: null });
        if (known !== undefined) return toDelivery(known);
        const subject = { kind: 'text', ...text } as const;
        sql.add({ tenant, delivery, subject, now: clock.now() });
        return toDelivery(sql.text.get({ channel, key: null, id: delivery.id }));
      }),
    report: (channel, id, told) =>
      writer.write(() => report({ channel, id, told, now: clock.now() })),
  };
}

function prepareStatements(db: Database) {
  // What a job has come to is told once it has ended.
  const isDue = `(job_id IS NULL OR NOT EXISTS (
    SELECT 1 FROM job WHERE job.id = channel_delivery.job_id AND job.${UNFINISHED}))`;
  return {
    due: db.prepare(
      `SELECT id, revision, chat_id,
         (SELECT (SELECT count(*) FROM run earlier
            WHERE earlier.lock_key = run.lock_key AND earlier.status = 'queued'
              AND earlier.${RUN_UNFINISHED} AND earlier.seq <= run.seq)
          FROM run WHERE run.id = channel_delivery.run_id AND run.status = 'queued') AS place
       FROM channel_delivery WHERE channel = ? AND status = 'open' AND ${isDue} ORDER BY seq`,
    ),
    findOpen: db.prepare(`${SELECT_DELIVERY} WHERE id = ? AND status = 'open'`),
    withdrawn: db
      .prepare(
        `SELECT id FROM channel_delivery WHERE channel = ? AND withdrawn_at >= ? AND status = 'failed'
         ORDER BY withdrawn_at DESC LIMIT ?`,
      )
      .pluck(),
    count: db
      .prepare(
        `SELECT count(*) FROM channel_delivery WHERE channel = ? AND status = 'open' AND ${isDue}`,
      )
      .pluck(),
    ofKey: db.prepare(
      `SELECT org_id, user_id, run_id FROM channel_delivery
       WHERE channel = @channel AND key = @key AND run_id IS NOT NULL`,
    ),
    text: db.prepare(
      `${SELECT_DELIVERY} WHERE id = @id OR (channel = @channel AND key = @key AND text IS NOT NULL)`,
    ),
    add: prepareAddDelivery(db),
  };
}

function toDue(value: unknown): DueDelivery {
  const { id, revision, chat_id: chatId, place } = DueRow.parse(value);
  return { id, revision, chatId, place: place ?? undefined };
}
