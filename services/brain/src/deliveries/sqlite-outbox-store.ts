import { OrgId, RunId, UserId } from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { UNFINISHED } from '../jobs/sqlite-job-rows.ts';
import type { Writer } from '../storage/group-commit.ts';
import type { OutboxStore } from './ports.ts';
import { prepareAddDelivery } from './sqlite-add-delivery.ts';
import { SELECT_DELIVERY, toDelivery } from './sqlite-delivery-rows.ts';
import { prepareReport } from './sqlite-report.ts';

export interface OutboxStoreDeps {
  readonly db: Database;
  readonly writer: Writer;
  readonly clock: Clock;
}

const RunRow = z.object({ org_id: OrgId, user_id: UserId, run_id: RunId });
export function createSqliteOutboxStore({ db, writer, clock }: OutboxStoreDeps): OutboxStore {
  const sql = prepareStatements(db);
  const report = prepareReport(db);
  return {
    listOpen: (channel, limit) => sql.open.all({ channel, limit }).map(toDelivery),
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
    open: db.prepare(
      `${SELECT_DELIVERY} WHERE channel = @channel AND status = 'open' AND ${isDue}
       ORDER BY seq LIMIT @limit`,
    ),
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
