export { BackupError, type BackupFailure } from './backup-error.ts';
export { type Backup, backupsDir, type ListedBackup, listBackups } from './list-backups.ts';
export {
  ATTACHMENTS,
  type BackupManifest,
  DATABASE,
  SECRETS_KEY_FILE,
  sizeOf,
} from './manifest.ts';
export { copyPrivately, DIRECTORY_MODE, linkOrCopy, sync } from './private-files.ts';
export { readBackupKeep } from './read-backup-keep.ts';
export { requireRoom } from './require-room.ts';
export { type BackupOrder, takeBackup } from './take-backup.ts';
export { verifyBackup } from './verify-backup.ts';
