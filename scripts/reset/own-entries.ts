/** What bakerst makes in its data directory, as names or beginnings of names. Whatever else lies there is somebody else's. */
const OWN_NAMES = new Set(['attachments', 'auth-token', 'backups', 'logs', 'nats', 'owner-token']);
const OWN_BEGINNINGS = ['bakerst.db', 'before-restore-', 'restoring-', 'secrets.key'];

/** Those of the names in a data directory that a reset deletes; the lock and its note stay, they are held meanwhile. */
export function ownEntries(names: readonly string[]): readonly string[] {
  return names.filter(
    (name) => OWN_NAMES.has(name) || OWN_BEGINNINGS.some((beginning) => name.startsWith(beginning)),
  );
}
