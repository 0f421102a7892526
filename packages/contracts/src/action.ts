import { z } from 'zod';
import { DeliverTo } from './channel-speaker.ts';
import { Message } from './chat.ts';
import { ConversationId, FiringId, JobId, RunId } from './ids.ts';
import { JobBody, JobStatus } from './job.ts';
import { JobType } from './job-spec.ts';
import { RunStatus } from './run.ts';
import { boundedText } from './text.ts';

const [CODE, COMMAND, HTTP, AGENT, MCP] = JobBody.options;
/** A schedule or trigger has its user already, and its own order. */
const own = { org: true, user_id: true, ordering_key: true } as const;

/** What fires: a message that the assistant answers, or a job. */
export const Action = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('run'),
      message: Message,
      persona: boundedText({ name: 'persona', maxChars: 64 }).optional(),
      model: boundedText({ name: 'model', maxChars: 128 }).optional(),
      deliver_to: DeliverTo.optional(),
    }),
    CODE.omit(own),
    COMMAND.omit(own),
    HTTP.omit(own),
    AGENT.omit(own),
    MCP.omit(own),
  ])
  .meta({ id: 'Action' });
export type Action = z.infer<typeof Action>;

/** An action as it is shown: values of headers never come out again. */
export const ActionView = z
  .looseObject({ type: z.enum(['run', ...JobType.options]) })
  .meta({ id: 'ActionView' });
export type ActionView = z.infer<typeof ActionView>;

/**
 * What became of one time that something was to fire: it waits, has fired, was missed, was left out because the one
 * before was still on, was refused for good, was called off, or did not pass the filter.
 */
export const FiringStatus = z.enum([
  'waiting',
  'fired',
  'missed',
  'overlapped',
  'refused',
  'cancelled',
  'filtered',
]);
export type FiringStatus = z.infer<typeof FiringStatus>;

/** One time that a schedule or a trigger fires. */
export const FiringView = z
  .object({
    id: FiringId,
    /** The instant of the schedule; null when a person or a delivery has asked for it. */
    scheduled_at: z.iso.datetime().nullable(),
    /** When it was decided. */
    at: z.iso.datetime(),
    status: FiringStatus,
    /** Finer name of why, where there is more to say. */
    reason: z.string().nullable(),
    /** Instants that this row stands for: more than one when very many were missed. */
    count: z.int().positive(),
    run_id: RunId.nullable(),
    job_id: JobId.nullable(),
    conversation_id: ConversationId.nullable(),
    /** How the run or job stands. */
    outcome: z.union([RunStatus, JobStatus]).nullable(),
  })
  .meta({ id: 'Firing' });
export type FiringView = z.infer<typeof FiringView>;
