import { z } from 'zod';
import { ConversationId, JobId, RunId, ScheduleId, TriggerId } from './ids.ts';
import { JobStatus } from './job.ts';
import { JobType } from './job-spec.ts';
import { RunStatus } from './run.ts';

/**
 * One `data:` line of `GET /api/v1/events`: something of the user is not what it was; who wants more asks for it.
 * Events are not kept: after `hello`, which begins every stream, a reader looks at what it shows once.
 */
export const UserEvent = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('hello') }),
    z.object({
      type: z.literal('run'),
      run_id: RunId,
      conversation_id: ConversationId,
      status: RunStatus,
    }),
    z.object({
      type: z.literal('job'),
      job_id: JobId,
      kind: JobType,
      status: JobStatus,
      run_id: RunId.nullable(),
    }),
    z.object({ type: z.literal('conversation'), conversation_id: ConversationId }),
    z.object({ type: z.literal('facts') }),
    z.object({ type: z.literal('notebook') }),
    z.object({ type: z.literal('schedule'), schedule_id: ScheduleId }),
    z.object({ type: z.literal('trigger'), trigger_id: TriggerId }),
    z.object({ type: z.literal('reconnect') }),
  ])
  .meta({ id: 'UserEvent' });
export type UserEvent = z.infer<typeof UserEvent>;
