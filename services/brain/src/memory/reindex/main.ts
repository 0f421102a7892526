import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, createLogger, envString, randomId, systemClock } from '@bakerst/kit';
import { createSecrets, secretsIn } from '@bakerst/kit/secrets';
import { createGroupCommit } from '../../storage/group-commit.ts';
import { openDatabase } from '../../storage/open-database.ts';
import { openConfigured } from '../app.ts';
import { readMemoryConfig } from '../memory-config.ts';
import { createSqliteVectorStore } from '../sqlite-fact-search.ts';
import { createSqliteIndexLease } from '../sqlite-index-lease.ts';
import { createSqlitePendingVectors } from '../sqlite-pending-vectors.ts';
import { reindexFacts } from './reindex-facts.ts';
import { createSqliteReindexProgress } from './sqlite-reindex-progress.ts';

// Makes all facts known to the search anew, beside a brain that goes on or without one.

const secrets = createSecrets();
for (const secret of secretsIn(process.env)) secrets.add(secret);
const log = createLogger({ service: 'reindex', level: 'warn', secrets });
const path = join(envString(process.env, 'BAKERST_DATA_DIR') ?? './data', 'bakerst.db');
if (existsSync(path)) await reindex();
else print(`there is nothing to index: ${path} is not there`);

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function reindex(): Promise<void> {
  const config = readMemoryConfig(process.env);
  const { embedder, qdrant } = openConfigured(config);
  const db = openDatabase(path);
  const writer = createGroupCommit(db, { clock: systemClock, log });
  const place = config.qdrant?.url;
  const index = qdrant ?? createSqliteVectorStore({ db, writer });
  try {
    const count = await reindexFacts({
      progress: createSqliteReindexProgress({ db, writer }),
      meanings: embedder && { embedder, index },
      pending: createSqlitePendingVectors({ db, writer, clock: systemClock, place }),
      lease: createSqliteIndexLease({ db, writer, clock: systemClock, self: randomId(), place }),
      clock: systemClock,
      say: print,
    });
    const how = embedder === undefined ? 'by words alone: no embedder is configured' : 'done';
    print(`${count} facts indexed, ${how}`);
  } catch (err) {
    log.error({ err }, 'facts not indexed');
    const why = err instanceof AppError ? ` (${err.message})` : '';
    print(`cut short${why}; the next pass goes on from here`);
    process.exitCode = 1;
  } finally {
    db.close();
  }
}
