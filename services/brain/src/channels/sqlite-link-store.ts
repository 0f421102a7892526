import { OrgId, type Tenant, UserId } from '@bakerst/contracts';
import type { ChannelName } from '@bakerst/contracts/channels';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { sha256 } from '../idempotency/find-twin.ts';
import { ENSURE_USER } from '../principals/sqlite-ensure-user.ts';
import type { StoreDeps } from '../storage/store-deps.ts';
import { makeCode, readCode } from './channel-code.ts';
import type { ClaimOutcome, LinkStore, Speaker } from './ports.ts';
import { prepareLinkSender } from './sqlite-link-sender.ts';

const CODE_MS = 15 * 60_000;
/** Of more codes of one user the oldest counts no more. */
const MAX_CODES = 10;
/** In front of whoever has given a code where others could read it: it is kept, so that the same may be told again. */
const BURNED = 'in a group: ';
const WRONG_WINDOW_MS = 60 * 60_000;
/** Wrong codes an hour, after which nothing is said any more. */
const MAX_WRONG_OF_SENDER = 5;
const MAX_WRONG_OF_CHANNEL = 30;

const LinkRow = z.object({ org_id: OrgId, user_id: UserId, claimed_by: z.string().nullable() });
const WrongRow = z.object({ of_channel: z.int(), of_sender: z.int() });

export function createSqliteLinkStore({ db, writer, clock }: StoreDeps): LinkStore {
  const sql = prepareStatements(db);
  return {
    add: (tenant, channel) =>
      writer.write(() => {
        const now = clock.now();
        const code = makeCode();
        const expiresAt = now + CODE_MS;
        sql.dropOld.run(now);
        sql.ensureUser.run({ ...tenant, now });
        sql.add.run({ ...tenant, channel, hash: sha256(code), now, expiresAt });
        sql.dropSurplus.run({ ...tenant, most: MAX_CODES });
        return { code, expiresAt };
      }),
    claim: (speaker, code) => writer.write(() => claim(sql, { speaker, code, now: clock.now() })),
  };
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(db: Database) {
  return {
    ensureUser: db.prepare(ENSURE_USER),
    link: prepareLinkSender(db),
    dropOld: db.prepare('DELETE FROM channel_link WHERE expires_at <= ?'),
    add: db.prepare(
      `INSERT INTO channel_link (code_hash, channel, org_id, user_id, created_at, expires_at)
       VALUES (@hash, @channel, @org, @user, @now, @expiresAt)`,
    ),
    dropSurplus: db.prepare(
      `DELETE FROM channel_link WHERE code_hash IN (
         SELECT code_hash FROM channel_link WHERE org_id = @org AND user_id = @user
         ORDER BY created_at DESC LIMIT -1 OFFSET @most)`,
    ),
    find: db.prepare(
      `SELECT org_id, user_id, claimed_by FROM channel_link
       WHERE code_hash = @hash AND channel = @channel AND expires_at > @now`,
    ),
    speaksFor: db.prepare(
      `SELECT 1 FROM channel_identity
       WHERE channel = @channel AND sender_id = @senderId AND org_id = @org AND user_id = @user`,
    ),
    use: db.prepare('UPDATE channel_link SET claimed_by = @senderId WHERE code_hash = @hash'),
    dropOldWrong: db.prepare('DELETE FROM channel_wrong_code WHERE channel = ? AND at <= ?'),
    countWrong: db.prepare(
      `SELECT count(*) AS of_channel, count(*) FILTER (WHERE sender_id = @senderId) AS of_sender
       FROM channel_wrong_code WHERE channel = @channel`,
    ),
    noteWrong: db.prepare(
      'INSERT INTO channel_wrong_code (channel, sender_id, at) VALUES (@channel, @senderId, @now)',
    ),
  };
}

interface Claim {
  readonly speaker: Speaker;
  readonly code: string;
  readonly now: number;
}

function claim(sql: Statements, { speaker, code: typed, now }: Claim): ClaimOutcome {
  const { channel, sender, chat } = speaker;
  const whose = { channel, senderId: sender.id, now };
  const code = readCode(typed);
  const hash = code === undefined ? '' : sha256(code);
  const row = LinkRow.optional().parse(sql.find.get({ hash, channel, now }));
  const tenant: Tenant | undefined = row && { org: row.org_id, user: row.user_id };
  const burnedBy = `${BURNED}${sender.id}`;
  // Only whoever has burned it hears so again: with what all have read nobody is to make the assistant talk.
  const isBurned = row?.claimed_by?.startsWith(BURNED) === true && row.claimed_by !== burnedBy;
  if (tenant !== undefined && chat.kind === 'group' && !isBurned) {
    sql.use.run({ hash, senderId: burnedBy });
    return 'in_group';
  }
  // The same again: its answer was lost on the way.
  const isRepeated = tenant !== undefined && row?.claimed_by === sender.id;
  if (isRepeated && sql.speaksFor.get({ ...tenant, ...whose }) !== undefined) return tenant;
  if (hasGuessed(sql, whose)) return 'silent';
  if (tenant === undefined || row?.claimed_by !== null) {
    sql.noteWrong.run(whose);
    return 'wrong';
  }
  sql.use.run({ hash, senderId: sender.id });
  sql.link(tenant, speaker, { by: 'code', now });
  return tenant;
}

interface Guesser {
  readonly channel: ChannelName;
  readonly senderId: string;
  readonly now: number;
}

/** A right code counts no more then either: it might have been guessed. */
function hasGuessed(sql: Statements, whose: Guesser): boolean {
  sql.dropOldWrong.run(whose.channel, whose.now - WRONG_WINDOW_MS);
  const wrong = WrongRow.parse(sql.countWrong.get(whose));
  return wrong.of_sender >= MAX_WRONG_OF_SENDER || wrong.of_channel >= MAX_WRONG_OF_CHANNEL;
}
