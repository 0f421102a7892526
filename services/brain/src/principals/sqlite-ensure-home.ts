import type { OrgId } from '@bakerst/contracts';
import type { Clock, NewId } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import type { Writer } from '../storage/group-commit.ts';
import { hashToken } from './authenticate.ts';
import { OWNER } from './principal.ts';

const TOKEN_NAME = 'owner token of npm start';

interface EnsureHomeDeps {
  readonly db: Database;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly newId: NewId;
}

interface Home {
  readonly org: OrgId;
  /** The owner's token, when whoever starts the brain chose one. */
  readonly ownerToken: string | undefined;
}

/** Makes the first org with its user `owner`, and lets the owner sign in with the given token. Safe to repeat. */
export async function ensureHome(deps: EnsureHomeDeps, { org, ownerToken }: Home): Promise<void> {
  const { db, writer, clock, newId } = deps;
  await writer.write(() => {
    const now = clock.now();
    db.prepare('INSERT INTO org (id, created_at) VALUES (?, ?) ON CONFLICT DO NOTHING').run(
      org,
      now,
    );
    db.prepare(
      'INSERT INTO user (org_id, id, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    ).run(org, OWNER, now);
    if (ownerToken === undefined) return;
    const hash = hashToken(ownerToken);
    db.prepare(
      `INSERT INTO token (hash, id, kind, org_id, user_id, name, created_at)
       VALUES (?, ?, 'user', ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
    ).run(hash, newId(), org, OWNER, TOKEN_NAME, now);
    // Another token than at the last start: the old one was thrown away on purpose.
    db.prepare(
      'UPDATE token SET revoked_at = ? WHERE org_id = ? AND user_id = ? AND name = ? AND hash <> ? AND revoked_at IS NULL',
    ).run(now, org, OWNER, TOKEN_NAME, hash);
  });
}
