import { z } from 'zod';

/** Why a backup was made. */
export const BackupReason = z.enum(['manual', 'scheduled', 'before_migration']);
export type BackupReason = z.infer<typeof BackupReason>;

/** A backup of the data directory, as `npm run restore` takes it by its id. */
export const BackupView = z
  .object({
    id: z.string(),
    reason: BackupReason,
    created_at: z.iso.datetime(),
    /** The bakerst that made it, and the version of its database. */
    version: z.string(),
    schema_version: z.int().positive(),
    files: z.int().nonnegative(),
    size_bytes: z.int().nonnegative(),
    /** It was read back and checked when it was made, and nothing of it is missing now. */
    verified: z.boolean(),
  })
  .meta({ id: 'Backup' });
export type BackupView = z.infer<typeof BackupView>;

/** `GET /api/v1/admin/backups`: newest first. */
export const BackupsView = z.object({ data: z.array(BackupView) });
export type BackupsView = z.infer<typeof BackupsView>;
