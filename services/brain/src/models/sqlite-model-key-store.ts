import type { Clock } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { SecretBox } from '../mcp/secret-box.ts';
import type { Writer } from '../storage/group-commit.ts';
import type { ModelKeyStore } from './ports.ts';

/** No org has this name. */
const PLACE = { org: '', server: 'model', field: 'api_key' };

interface StoreDeps {
  readonly db: Database;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly box: SecretBox;
}

export function createSqliteModelKeyStore({ db, writer, clock, box }: StoreDeps): ModelKeyStore {
  const revision = db.prepare('SELECT revision FROM model_key WHERE id = 1').pluck();
  const sealed = db.prepare('SELECT sealed FROM model_key WHERE id = 1').pluck();
  const change = db.prepare(
    `INSERT INTO model_key (id, revision, sealed, changed_at) VALUES (1, 1, @sealed, @now)
     ON CONFLICT DO UPDATE SET revision = revision + 1, sealed = excluded.sealed, changed_at = excluded.changed_at`,
  );
  const write = (text: string | null): Promise<void> =>
    writer.write(() => void change.run({ sealed: text, now: clock.now() }));
  return {
    readRevision: () => z.int().default(0).parse(revision.get()),
    read() {
      const text = z.string().nullish().parse(sealed.get());
      return text === null || text === undefined ? undefined : box.open(text, PLACE);
    },
    set: (key) => write(box.seal(key, PLACE)),
    clear: () => write(null),
  };
}
