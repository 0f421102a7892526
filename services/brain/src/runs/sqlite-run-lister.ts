import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { RunLister } from './ports.ts';
import { SELECT_SUMMARY, toStoredStep, toSummary } from './sqlite-run-rows.ts';

const Seq = z.looseObject({ seq: z.int() });

export function createSqliteRunLister(db: Database): RunLister {
  const list = (whose: string) =>
    db.prepare(
      `${SELECT_SUMMARY} WHERE ${whose} AND seq < @before
         AND (@status IS NULL OR status = @status)
         AND (@conversation IS NULL OR conversation_id = @conversation)
         AND NOT EXISTS (SELECT 1 FROM conversation
           WHERE conversation.id = run.conversation_id AND deleted_at IS NOT NULL)
       ORDER BY seq DESC LIMIT @limit`,
    );
  const ofUser = list('org_id = @org AND user_id = @user');
  // The plus keeps the index of users away: the newest of an org are found by walking back from the end.
  const ofOrg = list('+org_id = @org AND @user IS NULL');
  const steps = db.prepare(
    `SELECT seq, type, payload, at, takeover, event_n FROM run_step
     WHERE run_id = ? AND seq > ? ORDER BY seq LIMIT ?`,
  );
  return {
    list({ org, user }, { status, conversationId }, { beforeSeq, limit }) {
      const rows = (user === undefined ? ofOrg : ofUser).all({
        org,
        user: user ?? null,
        status: status ?? null,
        conversation: conversationId ?? null,
        before: beforeSeq ?? Number.MAX_SAFE_INTEGER,
        limit,
      });
      return rows.map((row) => ({ seq: Seq.parse(row).seq, run: toSummary(row) }));
    },
    listStepsAfter: (id, afterSeq, limit) =>
      steps
        .all(id, afterSeq, limit)
        .map((row) => ({ seq: Seq.parse(row).seq, step: toStoredStep(row) })),
  };
}
