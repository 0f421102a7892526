/** `NOTHING`: there is no database. `NO_ROOM`: the disk is too full. `DAMAGED`: what was read is not what was written. */
export type BackupFailure = 'NOTHING' | 'NO_ROOM' | 'DAMAGED' | 'UNKNOWN';

/** A backup could not be made or used; the message says what to do. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
  readonly reason: BackupFailure;

  constructor(reason: BackupFailure, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.reason = reason;
  }
}
