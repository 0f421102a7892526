import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OrgId, SessionId, TokenId, UserId } from '@bakerst/contracts';
import { silentLogger } from '@bakerst/kit';
import { countingIds, createFakeClock } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import { hashToken } from '../principals/authenticate.ts';
import { createSqliteAdminStore } from '../principals/sqlite-admin-store.ts';
import { createGroupCommit } from '../storage/group-commit.ts';
import { migrate } from '../storage/migrate.ts';
import { openDatabase } from '../storage/open-database.ts';
import { hashSecret, makeSecret } from './secret-parts.ts';
import { createSqliteSessionStore, SESSION_MS } from './sqlite-session-store.ts';

const GARY = { org: OrgId.parse('home'), user: UserId.parse('gary') };
const MINUTE = 60_000;

async function open() {
  const db = openDatabase(join(mkdtempSync(join(tmpdir(), 'bakerst-')), 'bakerst.db'));
  migrate(db, { log: silentLogger });
  const clock = createFakeClock();
  const log = silentLogger;
  const writer = createGroupCommit(db, { clock, log });
  const deps = { db, writer, clock, log };
  const admin = createSqliteAdminStore(deps);
  await admin.addOrg(GARY.org);
  const newId = countingIds();
  const secret = makeSecret();
  const makeSession = () => ({
    id: SessionId.parse(newId()),
    hash: hashSecret(secret),
    client: 'Firefox',
  });
  const sessions = createSqliteSessionStore(deps);
  const addLink = async (tokenId?: TokenId) => {
    const given = { id: newId(), secret: makeSecret() };
    const expiresAt = clock.now() + 15 * MINUTE;
    await sessions.addLink(GARY, {
      id: given.id,
      hash: hashSecret(given.secret),
      tokenId,
      expiresAt,
    });
    return given;
  };
  const addToken = async () => {
    const id = TokenId.parse(newId());
    const principal = { kind: 'user', ...GARY } as const;
    await admin.addToken({ id, hash: hashToken(id), principal, name: 'phone' });
    return id;
  };
  return { sessions, admin, clock, secret, makeSession, addLink, addToken };
}

test('a link opens one session, for whom it was made', async () => {
  const { sessions, secret, makeSession, addLink } = await open();
  const link = await addLink();
  expect(await sessions.useLink({ ...link, secret: makeSecret() }, makeSession())).toBe(undefined);
  const session = await sessions.useLink(link, makeSession());
  expect(session).toMatchObject({ tenant: GARY, madeBy: 'link' });
  expect(await sessions.useLink(link, makeSession())).toBe(undefined);
  expect(sessions.find({ id: session?.id ?? '', secret })).toEqual(session);
  expect(sessions.find({ id: session?.id ?? '', secret: makeSecret() })).toBe(undefined);
});

test('a link is good for fifteen minutes', async () => {
  const { sessions, clock, makeSession, addLink } = await open();
  const link = await addLink();
  await clock.advance(15 * MINUTE);
  expect(await sessions.useLink(link, makeSession())).toBe(undefined);
});

test('a session lasts for as long as it is used', async () => {
  const { sessions, clock, secret, makeSession, addLink } = await open();
  const session = await sessions.useLink(await addLink(), makeSession());
  const given = { id: session?.id ?? '', secret };
  await clock.advance(SESSION_MS - MINUTE);
  const used = sessions.find(given);
  if (used === undefined) throw new Error('the session has ended too early');
  sessions.noteUse(used);
  await clock.advance(SESSION_MS - MINUTE);
  expect(sessions.find(given)?.lastUsedAt).toBe(used.lastUsedAt + SESSION_MS - MINUTE);
  await clock.advance(MINUTE);
  expect(sessions.find(given)).toBe(undefined);
  expect(sessions.list(GARY, { after: undefined, limit: 10 })).toEqual([]);
});

test('with a token end its sessions, and the links that it has made', async () => {
  const { sessions, admin, secret, makeSession, addLink, addToken } = await open();
  const tokenId = await addToken();
  const session = await sessions.add(GARY, { ...makeSession(), tokenId });
  const link = await addLink(tokenId);
  expect(sessions.find({ id: session.id, secret })).toEqual(session);
  await admin.revokeToken(GARY.org, tokenId);
  expect(sessions.find({ id: session.id, secret })).toBe(undefined);
  expect(sessions.list(GARY, { after: undefined, limit: 10 })).toEqual([]);
  expect(await sessions.useLink(link, makeSession())).toBe(undefined);
});

test('only whose it is ends a session', async () => {
  const { sessions, secret, makeSession, addLink } = await open();
  const session = await sessions.useLink(await addLink(), makeSession());
  const id = session?.id ?? '';
  const other = { ...GARY, user: UserId.parse('sara') };
  expect(await sessions.end(other, id)).toBe(false);
  expect(await sessions.end(GARY, id)).toBe(true);
  expect(sessions.find({ id, secret })).toBe(undefined);
});

test('of more than a hundred sessions the oldest goes', async () => {
  const { sessions, makeSession, addToken, clock } = await open();
  const tokenId = await addToken();
  const first = await sessions.add(GARY, { ...makeSession(), tokenId });
  for (let i = 0; i < 100; i += 1) {
    await clock.advance(1);
    await sessions.add(GARY, { ...makeSession(), tokenId });
  }
  const listed = sessions.list(GARY, { after: undefined, limit: 200 });
  expect(listed).toHaveLength(100);
  expect(listed).not.toContainEqual(first);
});
