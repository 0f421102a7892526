import { z } from 'zod';
import { JobType } from './job-spec.ts';

export const HEARTBEAT_MS = 10_000;

/** Sign of life of a process (subject `bakerst.heartbeat.<service>.<id>`), every 10 s and whenever `isReady` changes. */
export const Heartbeat = z.object({
  service: z.enum(['brain', 'worker']),
  id: z.string().max(128),
  host: z.string(),
  pid: z.int(),
  version: z.string(),
  startedAt: z.int(),
  /** False while the process should get no new work. */
  isReady: z.boolean(),
  /** What a worker is there for. */
  kinds: z.array(JobType).optional(),
  /** Jobs or runs that it has in hand. */
  busy: z.int().nonnegative(),
});
export type Heartbeat = z.infer<typeof Heartbeat>;

const Time = z.iso.datetime();

/** `GET /api/v1/system/workers`: the processes that were heard of in the last 30 s. */
export const WorkersView = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      host: z.string(),
      pid: z.int(),
      version: z.string(),
      kinds: z.array(JobType),
      busy: z.int().nonnegative(),
      ready: z.boolean(),
      started_at: Time,
      last_seen_at: Time,
    }),
  ),
});
export type WorkersView = z.infer<typeof WorkersView>;
