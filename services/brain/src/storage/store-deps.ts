import type { Clock } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import type { Writer } from './group-commit.ts';

/** What a store on SQLite works with. */
export interface StoreDeps {
  readonly db: Database;
  readonly writer: Writer;
  readonly clock: Clock;
}
