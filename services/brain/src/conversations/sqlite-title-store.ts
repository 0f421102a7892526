import { z } from 'zod';
import type { StoreDeps } from '../storage/store-deps.ts';
import type { TitleStore } from './ports.ts';

const TalkRow = z.object({ message: z.string(), answer: z.string() });

export function createSqliteTitleStore({ db, writer, clock }: StoreDeps): TitleStore {
  const find = db.prepare(
    `SELECT asked.content AS message, answered.content AS answer
     FROM conversation
     JOIN message answered ON answered.conversation_id = conversation.id
     JOIN message asked ON asked.conversation_id = conversation.id AND asked.seq = answered.asked_seq
     WHERE conversation.id = ? AND title_source = 'words' AND deleted_at IS NULL
     ORDER BY answered.seq LIMIT 1`,
  );
  const set = db.prepare(
    `UPDATE conversation SET title = coalesce(nullif(?, ''), title), title_source = 'model'
     WHERE id = ? AND title_source = 'words' AND deleted_at IS NULL`,
  );
  const addUsage = db.prepare(
    `INSERT INTO model_usage (org_id, user_id, purpose, model, input_tokens, output_tokens,
       cache_creation_input_tokens, cache_read_input_tokens, cost_usd, at)
     VALUES (@org, @user, 'title', @model, @input_tokens, @output_tokens,
       @cache_creation_input_tokens, @cache_read_input_tokens, @costUsd, @at)`,
  );
  return {
    findUntitled: (id) => TalkRow.optional().parse(find.get(id)),
    setTitle: (tenant, id, { title, model, usage, costUsd }) =>
      writer.write(() => {
        addUsage.run({ ...tenant, ...usage, model, costUsd: costUsd ?? null, at: clock.now() });
        return set.run(title, id).changes === 1;
      }),
  };
}
