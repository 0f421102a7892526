import { unlinkSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import type { Writer } from '../storage/group-commit.ts';
import type { AttachmentFiles, RemoveOrphan } from './ports.ts';

interface OrphanDeps {
  readonly db: Database;
  readonly writer: Writer;
  readonly files: Pick<AttachmentFiles, 'pathOf'>;
}

/** The transaction keeps every other brain from storing a row for the same file meanwhile. */
export function createSqliteOrphanRemover({ db, writer, files }: OrphanDeps): RemoveOrphan {
  const known = db.prepare('SELECT 1 FROM attachment WHERE hash = ? LIMIT 1');
  return async (hash) => {
    await writer.write(() => {
      if (known.get(hash) === undefined) unlinkSync(files.pathOf(hash));
    });
  };
}
