import { Usage } from '@bakerst/contracts';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { Job } from './job.ts';

/** What a sub-agent tells of its model calls. */
const AgentUsage = z.object({
  model: z.string(),
  usage: Usage,
  cost_usd: z.number().nonnegative().nullable(),
});

/** Prepares what notes, in the transaction that ends a job, the model calls that it made. */
export function prepareNoteUsage(db: Database): (job: Job, now: number) => void {
  const add = db.prepare(
    `INSERT INTO model_usage (org_id, user_id, purpose, model, input_tokens, output_tokens,
       cache_creation_input_tokens, cache_read_input_tokens, cost_usd, at)
     VALUES (@org, @user, 'agent', @model, @input_tokens, @output_tokens,
       @cache_creation_input_tokens, @cache_read_input_tokens, @cost_usd, @now)`,
  );
  return ({ spec, tenant, result }, now) => {
    const told = spec.type === 'agent' ? AgentUsage.safeParse(result).data : undefined;
    if (told === undefined) return;
    const { usage, ...rest } = told;
    add.run({ ...tenant, ...usage, ...rest, now });
  };
}
