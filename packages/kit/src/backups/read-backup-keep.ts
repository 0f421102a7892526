import { type Env, envInt } from '../env.ts';

const FALLBACK = 14;
const MOST = 1_000;

/** How many backups are kept, from BACKUP_KEEP; the newest one always is. Throws StartError for what is no such number. */
export function readBackupKeep(env: Env): number {
  return envInt(env, 'BACKUP_KEEP', { fallback: FALLBACK, min: 1, max: MOST });
}
