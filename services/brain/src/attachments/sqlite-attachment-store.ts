import {
  ATTACHED_MAX_BYTES,
  AttachmentId,
  AttachmentKind,
  type ConversationId,
  OrgId,
  type Tenant,
  UserId,
} from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { ENSURE_USER } from '../principals/sqlite-ensure-user.ts';
import type { Writer } from '../storage/group-commit.ts';
import { type Attachment, unknownAttachment } from './attachment.ts';
import type { AttachmentLister, AttachmentStore } from './ports.ts';

const AttachmentRow = z.object({
  id: AttachmentId,
  org_id: OrgId,
  user_id: UserId,
  hash: z.string(),
  kind: AttachmentKind,
  media_type: z.string(),
  name: z.string(),
  size: z.int(),
  created_at: z.int(),
});

const Unused = z.object({ count: z.int(), bytes: z.number() });

const Place = z.looseObject({ seq: z.int() });

const IS_CARRIED = `(EXISTS (SELECT 1 FROM message_attachment WHERE attachment_id = attachment.id)
  OR EXISTS (SELECT 1 FROM job_attachment WHERE attachment_id = attachment.id))`;

interface StoreDeps {
  readonly db: Database;
  readonly writer: Writer;
}

export function createSqliteAttachmentStore({ db, writer }: StoreDeps): AttachmentStore {
  const ensureUser = db.prepare(ENSURE_USER);
  const insert = `INSERT INTO attachment (id, org_id, user_id, hash, kind, media_type, name, size, created_at)
     VALUES (@id, @org, @user, @hash, @kind, @mediaType, @name, @sizeBytes, @now)`;
  const add = db.prepare(insert);
  // A result that is handed in again brings the same files.
  const addBrought = db.prepare(`${insert} ON CONFLICT DO NOTHING`);
  const addToJob = db.prepare(
    'INSERT INTO job_attachment (job_id, attachment_id) VALUES (?, ?) ON CONFLICT DO NOTHING',
  );
  const find = db.prepare(
    'SELECT * FROM attachment WHERE id = @id AND org_id = @org AND (@user IS NULL OR user_id = @user)',
  );
  const remove = db.prepare(`DELETE FROM attachment WHERE id = ? AND NOT ${IS_CARRIED}`);
  const countUnused = db.prepare(
    `SELECT count(*) AS count, total(size) AS bytes FROM attachment
     WHERE org_id = ? AND user_id = ? AND NOT ${IS_CARRIED}`,
  );
  const removeUnused = db.prepare(
    `DELETE FROM attachment WHERE created_at < ? AND NOT ${IS_CARRIED}`,
  );
  return {
    add: ({ tenant, createdAt: now, ...attachment }, broughtBy) =>
      writer.write(() => {
        ensureUser.run({ ...tenant, now });
        (broughtBy === undefined ? add : addBrought).run({ ...tenant, ...attachment, now });
        if (broughtBy !== undefined) addToJob.run(broughtBy, attachment.id);
      }),
    find({ org, user }, id) {
      const row = find.get({ id, org, user: user ?? null });
      return row === undefined ? undefined : toAttachment(row);
    },
    remove: ({ id }) => writer.write(() => remove.run(id).changes > 0),
    countUnused: ({ org, user }) => Unused.parse(countUnused.get(org, user)),
    removeUnused: (before) => writer.write(() => void removeUnused.run(before)),
  };
}

export function createSqliteAttachmentLister(db: Database): AttachmentLister {
  const list = db.prepare(
    `SELECT attachment.*, carried.seq FROM message_attachment carried
     JOIN attachment ON attachment.id = carried.attachment_id
     WHERE carried.conversation_id = ? AND carried.seq BETWEEN ? AND ?
     ORDER BY carried.seq, carried.place`,
  );
  return {
    listOf: (id, { fromSeq, toSeq }) => {
      const bySeq = new Map<number, Attachment[]>();
      for (const row of list.all(id, fromSeq, toSeq)) {
        const { seq } = Place.parse(row);
        bySeq.set(seq, [...(bySeq.get(seq) ?? []), toAttachment(row)]);
      }
      return bySeq;
    },
  };
}

interface Carrying {
  readonly tenant: Tenant;
  readonly conversationId: ConversationId;
  readonly messageSeq: number;
  readonly attachments: readonly string[];
}

/**
 * Prepares what notes, in the transaction that stores a message, which attachments it carries. Throws AppError NOT_FOUND
 * for one that the user does not have, PAYLOAD_TOO_LARGE when they are too large together.
 */
export function prepareCarry(db: Database): (carrying: Carrying) => void {
  const carry = db.prepare(
    `INSERT INTO message_attachment (conversation_id, seq, place, attachment_id)
     SELECT @conversationId, @messageSeq, @place, id FROM attachment
     WHERE id = @id AND org_id = @org AND user_id = @user`,
  );
  const size = db.prepare('SELECT size FROM attachment WHERE id = ?').pluck();
  return ({ tenant, conversationId, messageSeq, attachments }) => {
    for (const [place, id] of attachments.entries()) {
      const { changes } = carry.run({ ...tenant, conversationId, messageSeq, place, id });
      if (changes === 0) throw unknownAttachment();
    }
    const bytes = attachments.reduce((sum, id) => sum + z.int().parse(size.get(id)), 0);
    if (bytes > ATTACHED_MAX_BYTES) throw tooLargeTogether();
  };
}

function tooLargeTogether(): AppError {
  return new AppError(
    'PAYLOAD_TOO_LARGE',
    `the attachments of a message may have ${ATTACHED_MAX_BYTES} bytes together`,
    { reason: 'ATTACHMENTS_TOO_LARGE' },
  );
}

function toAttachment(value: unknown): Attachment {
  const row = AttachmentRow.parse(value);
  return {
    id: row.id,
    tenant: { org: row.org_id, user: row.user_id },
    hash: row.hash,
    kind: row.kind,
    mediaType: row.media_type,
    name: row.name,
    sizeBytes: row.size,
    createdAt: row.created_at,
  };
}
