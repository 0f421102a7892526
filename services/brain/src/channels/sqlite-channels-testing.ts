import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OrgId, UserId } from '@bakerst/contracts';
import { randomId, silentLogger } from '@bakerst/kit';
import { createFakeClock } from '@bakerst/kit/testing';
import { prepareFindChat } from '../deliveries/sqlite-find-chat.ts';
import { createSqliteHolderStore } from '../deliveries/sqlite-holder-store.ts';
import { prepareMoveDelivery } from '../deliveries/sqlite-move-delivery.ts';
import { createSqliteOutboxStore } from '../deliveries/sqlite-outbox-store.ts';
import { prepareReopenDelivery } from '../deliveries/sqlite-reopen-delivery.ts';
import { createSqliteHistoryPruner } from '../retention/sqlite-history-pruner.ts';
import { createGroupCommit } from '../storage/group-commit.ts';
import { migrate } from '../storage/migrate.ts';
import { openDatabase } from '../storage/open-database.ts';
import type { Speaker } from './ports.ts';
import { createSqliteChatStore } from './sqlite-chat-store.ts';
import { createSqliteIdentityStore } from './sqlite-identity-store.ts';
import { createSqliteLinkStore } from './sqlite-link-store.ts';
import { createSqliteRequestStore } from './sqlite-request-store.ts';

export const home = OrgId.parse('home');
export const owner = { org: home, user: UserId.parse('owner') };
export const gary = { org: home, user: UserId.parse('gary') };

/** Somebody who talks to the bot alone. */
export function speaker(id: string): Speaker {
  return { channel: 'telegram', sender: { id, name: id }, chat: { id, kind: 'direct' } };
}

/** The stores of channels on a database of their own. */
export function openChannels() {
  const db = openDatabase(join(mkdtempSync(join(tmpdir(), 'bakerst-')), 'bakerst.db'));
  migrate(db, { log: silentLogger });
  db.exec(`INSERT INTO org (id, created_at) VALUES ('home', 1);
    INSERT INTO user (org_id, id, created_at) VALUES ('home', 'owner', 1)`);
  const clock = createFakeClock();
  const writer = createGroupCommit(db, { clock, log: silentLogger });
  const deps = { db, writer, clock, newId: randomId };
  const outbox = createSqliteOutboxStore(deps);
  return {
    clock,
    /** What can go out, as a gateway would get it. */
    listOpen: () => outbox.listDue('telegram').flatMap(({ id }) => outbox.findOpen(id) ?? []),
    listChats: (): unknown => db.prepare('SELECT chat_id, user_id FROM channel_chat').all(),
    newId: randomId,
    pruner: createSqliteHistoryPruner(deps),
    findChat: prepareFindChat(db, { telegram: { allowedChats: new Set(['100']) } }),
    moveDelivery: prepareMoveDelivery(db),
    reopenJob: prepareReopenDelivery(db, 'job_id'),
    run: (sql: string): unknown => db.exec(sql),
    identities: createSqliteIdentityStore(deps),
    links: createSqliteLinkStore(deps),
    requests: createSqliteRequestStore(deps),
    chats: createSqliteChatStore(deps),
    outbox,
    holders: createSqliteHolderStore({ ...deps, self: 'brain-1' }),
    [Symbol.dispose]: () => void db.close(),
  };
}
