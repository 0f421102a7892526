import { ConversationId, JobId, RunId, type Tenant } from '@bakerst/contracts';
import type { Action } from '@bakerst/contracts/schedules';
import type { NewId } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { wantDelivery } from '../deliveries/want-delivery.ts';
import type { SqliteKeyStore } from '../idempotency/sqlite-key-store.ts';
import { type JobRules, readJobBody } from '../jobs/job-body.ts';
import { prepareAddJob } from '../jobs/sqlite-job-store.ts';
import { prepareEnqueue } from '../runs/sqlite-message-queue.ts';
import { INSERT_CONVERSATION } from '../runs/sqlite-run-rows.ts';
import type { FiredWork } from './ports.ts';

export interface FireActionDeps {
  readonly db: Database;
  readonly newId: NewId;
  readonly rules: JobRules;
  readonly keys: SqliteKeyStore;
}

/** What is set off, where and under which lock. */
export interface ActionToFire {
  readonly tenant: Tenant;
  readonly action: Action;
  /** The conversation of the schedule or trigger; undefined: one is opened. */
  readonly conversationId: ConversationId | undefined;
  /** Title of one that is opened. */
  readonly title: string;
  readonly lockKey: string;
  readonly requestId: string;
  readonly now: number;
}

type Fired = Pick<FiredWork, 'run' | 'opened' | 'job'>;

/**
 * Prepares what stores the run or job of an action inside a transaction; both are taken up by whoever looks for what
 * waits. Throws AppError as posting it would, and has stored nothing then.
 */
export function prepareFireAction(deps: FireActionDeps): (toFire: ActionToFire) => Fired {
  const { db, newId, rules, keys } = deps;
  const addJob = prepareAddJob(db, keys);
  const enqueue = prepareEnqueue(db, keys);
  const openConversation = prepareOpenConversation(db, newId);
  const fire = (toFire: ActionToFire): Fired => {
    const { tenant, action, now, requestId } = toFire;
    // A chat that is theirs no more hears nothing: what was done is found on the page.
    const delivery = wantDelivery({ ...rules, newId }, tenant, action.deliver_to);
    if (action.type !== 'run') {
      const job = readJobBody(rules, action, tenant.org);
      const id = JobId.parse(newId());
      return { job: addJob(tenant, { ...job, id, requestId, delivery }, now).job };
    }
    const { conversationId, opened } = openConversation(toFire);
    const { message, persona, model } = action;
    const { run } = enqueue(
      tenant,
      {
        runId: RunId.parse(newId()),
        lockKey: toFire.lockKey,
        conversationId,
        opens: 'none',
        message,
        attachments: [],
        wanted: { persona, model },
        requestId,
        idempotency: undefined,
        callback: undefined,
        delivery,
        onBusy: 'queue',
      },
      now,
    );
    return { run, ...(opened && { opened: conversationId }) };
  };
  // A savepoint of its own: what is refused leaves nothing behind.
  return db.transaction(fire);
}

function prepareOpenConversation(db: Database, newId: NewId) {
  const isThere = db.prepare('SELECT 1 FROM conversation WHERE id = ? AND deleted_at IS NULL');
  const add = db.prepare(INSERT_CONVERSATION);
  const name = db.prepare(
    `UPDATE conversation SET title = ?, title_source = 'person' WHERE id = ?`,
  );
  return ({ tenant, conversationId: wanted, title, now }: ActionToFire) => {
    if (wanted !== undefined && isThere.get(wanted) !== undefined)
      return { conversationId: wanted, opened: false };
    const conversationId = ConversationId.parse(newId());
    add.run({ ...tenant, id: conversationId, isDefault: 0, now });
    name.run(title, conversationId);
    return { conversationId, opened: true };
  };
}
