import type { Tenant } from '@bakerst/contracts';
import type { Database } from 'better-sqlite3';
import type { DeliverySubject, WantedDelivery } from './delivery.ts';

export interface AddedDelivery {
  /** Undefined for what a stranger is told. */
  readonly tenant: Tenant | undefined;
  readonly delivery: WantedDelivery;
  readonly subject: DeliverySubject;
  readonly now: number;
}

/** Prepares what stores, inside the transaction that stores its reason, something that is to go out. */
export function prepareAddDelivery(db: Database): (added: AddedDelivery) => void {
  const add = db.prepare(
    `INSERT INTO channel_delivery (id, channel, org_id, user_id, chat_id, chat_kind, thread_id,
       reply_to, run_id, job_id, text, buttons, key, status, created_at)
     VALUES (@id, @channel, @org, @user, @chatId, @kind, @threadId,
       @replyTo, @runId, @jobId, @text, @buttons, @key, 'open', @now)`,
  );
  return ({ tenant, delivery, subject, now }) => {
    const { id, channel, chat, replyTo = null, key = null } = delivery;
    add.run({
      ...{ id, channel, replyTo, key, now },
      ...toSubjectRow(subject),
      org: tenant?.org ?? null,
      user: tenant?.user ?? null,
      chatId: chat.id,
      kind: chat.kind,
      threadId: chat.thread_id ?? null,
    });
  };
}

function toSubjectRow(subject: DeliverySubject) {
  const none = { runId: null, jobId: null, text: null, buttons: null };
  switch (subject.kind) {
    case 'run':
      return { ...none, runId: subject.runId };
    case 'job':
      return { ...none, jobId: subject.jobId };
    case 'text':
      return { ...none, text: subject.text, buttons: JSON.stringify(subject.buttons) };
    default:
      return subject satisfies never;
  }
}
