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
  /** The token of the gateway that is started beside the brain. */
  readonly gatewayToken: string | undefined;
}

/**
 * Makes the first org with its user `owner`, and lets the owner and the gateway sign in with the given tokens. Safe to
 * repeat.
 */
export async function ensureHome(deps: EnsureHomeDeps, home: Home): Promise<void> {
  const { db, writer, clock, newId } = deps;
  const { org, ownerToken, gatewayToken } = home;
  await writer.write(() => {
    const now = clock.now();
    db.prepare('INSERT INTO org (id, created_at) VALUES (?, ?) ON CONFLICT DO NOTHING').run(
      org,
      now,
    );
    db.prepare(
      'INSERT INTO user (org_id, id, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    ).run(org, OWNER, now);
    keepGateway(deps, gatewayToken === undefined ? null : hashToken(gatewayToken), now);
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

/** Where the hash of the gateway's token is noted: its name may be that of other services too. */
const GATEWAY_HASH = 'gateway_token_hash';

/** The gateway's token counts exactly while it is the one that the brain is given; null: it is given none. */
function keepGateway({ db, newId }: EnsureHomeDeps, hash: string | null, now: number): void {
  const isGateways = `kind = 'service' AND org_id IS NULL AND name = 'gateway'`;
  db.prepare(
    `UPDATE token SET revoked_at = @now WHERE hash = (SELECT value FROM meta WHERE key = @key)
       AND hash IS NOT @hash AND revoked_at IS NULL AND ${isGateways}`,
  ).run({ now, key: GATEWAY_HASH, hash });
  db.prepare('DELETE FROM meta WHERE key = ?').run(GATEWAY_HASH);
  if (hash === null) return;
  db.prepare(
    `INSERT INTO token (hash, id, kind, name, created_at) VALUES (?, ?, 'service', 'gateway', ?)
     ON CONFLICT (hash) DO UPDATE SET revoked_at = NULL WHERE ${isGateways}`,
  ).run(hash, newId(), now);
  db.prepare('INSERT INTO meta (key, value) VALUES (?, ?)').run(GATEWAY_HASH, hash);
}
