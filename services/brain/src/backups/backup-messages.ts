import { BackupReason } from '@bakerst/contracts';
import { z } from 'zod';

/** What the process that makes a backup is told, as JSON in its first argument. */
export const BackupOrder = z.object({
  dataDir: z.string(),
  reason: BackupReason,
  version: z.string(),
  keep: z.int().positive().optional(),
});
export type BackupOrder = z.infer<typeof BackupOrder>;

/** What it says at its end, as JSON on its standard output. */
export const BackupReport = z.discriminatedUnion('status', [
  z.object({ status: z.literal('made'), name: z.string() }),
  z.object({
    status: z.literal('failed'),
    reason: z.enum(['NOTHING', 'NO_ROOM', 'DAMAGED', 'UNKNOWN']),
    message: z.string(),
  }),
]);
export type BackupReport = z.infer<typeof BackupReport>;
