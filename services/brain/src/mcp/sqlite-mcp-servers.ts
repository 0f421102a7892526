import type { OrgId } from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { Writer } from '../storage/group-commit.ts';
import {
  isSameEntry,
  placeOf,
  type SeedServer,
  type ServerEntry,
  type StoredServer,
} from './mcp-server.ts';
import type { ServerChange, ServerStore } from './ports.ts';
import type { SecretBox } from './secret-box.ts';
import { NOTHING_SAID, SELECT_SERVER, toServer, toServerRow } from './sqlite-mcp-rows.ts';

interface StoreDeps {
  readonly db: Database;
  readonly writer: Writer;
  readonly clock: Pick<Clock, 'now'>;
  readonly box: SecretBox;
}

export function createSqliteMcpServers(deps: StoreDeps): ServerStore {
  const { db, writer, box } = deps;
  const sql = prepareStatements(db);
  const list = (org: OrgId): readonly StoredServer[] =>
    sql.list.all(org).map((row) => toServer(row, box));
  const write = createEntryWriter(sql, deps);
  return {
    list,
    find({ org, server }) {
      const row = sql.find.get(org, server);
      return row === undefined ? undefined : toServer(row, box);
    },
    listAll: () => sql.listAll.all().map((row) => toServer(row, box)),
    change: (org, decide) =>
      writer.write(() => {
        const present = list(org);
        const wanted = decide(present);
        const gone = present.filter(({ id }) => wanted.every((entry) => entry.id !== id));
        for (const { id } of gone) write.remove(org, id);
        const others = wanted.filter((entry) => !isThere(present, entry));
        for (const entry of others) write.put(org, entry, { origin: 'api', present });
        return toChange(list(org), [...gone, ...others]);
      }),
    followFile: (org, seeds) =>
      writer.write(() => {
        const present = list(org);
        const mine = present.filter(({ origin }) => origin === 'file');
        const gone = mine.filter(({ id }) => seeds.every((seed) => seed.id !== id));
        for (const { id } of gone) sql.remove.run(org, id);
        const followed = seeds.filter(({ id }) => mayFollow(sql, present, { org, id }));
        const others = followed.filter((seed) => !isThere(present, seed));
        for (const seed of others) write.put(org, seed, { origin: 'file', present });
        for (const seed of followed) write.setPolicies(org, seed);
        return toChange(list(org), [...gone, ...others]);
      }),
  };
}

function toChange(
  servers: readonly StoredServer[],
  touched: readonly { readonly id: string }[],
): ServerChange {
  return { servers, changed: touched.map(({ id }) => id) };
}

function isThere(present: readonly StoredServer[], entry: ServerEntry): boolean {
  const known = present.find(({ id }) => id === entry.id);
  return known !== undefined && isSameEntry(known, entry);
}

/** What was changed or removed over the API is no longer for the file to say. */
function mayFollow(
  sql: Statements,
  present: readonly StoredServer[],
  { org, id }: { readonly org: OrgId; readonly id: string },
): boolean {
  const known = present.find((server) => server.id === id);
  return known === undefined ? sql.isRemoved.get(org, id) === undefined : known.origin === 'file';
}

interface Putting {
  readonly origin: 'api' | 'file';
  readonly present: readonly StoredServer[];
}

function createEntryWriter(sql: Statements, { box, clock }: Pick<StoreDeps, 'box' | 'clock'>) {
  return {
    put(org: OrgId, entry: ServerEntry, { origin, present }: Putting): void {
      const revision = z.coerce.number().parse(sql.nextRevision.get({ now: clock.now() }));
      const known = present.find(({ id }) => id === entry.id);
      const isElsewhere = known !== undefined && placeOf(known) !== placeOf(entry);
      const row = { ...toServerRow(org, entry, box), origin, revision };
      sql.put.run({ ...row, isElsewhere: isElsewhere ? 1 : 0 });
      sql.forgetRemoved.run(org, entry.id);
      // Another server: what it says first is what the administrator has added it for.
      if (isElsewhere) sql.forgetTools.run(org, entry.id);
    },
    remove(org: OrgId, id: string): void {
      sql.remove.run(org, id);
      sql.noteRemoved.run(org, id);
    },
    setPolicies(org: OrgId, { id, policies }: SeedServer): void {
      sql.clearPolicies.run(org, id);
      for (const [name, policy] of Object.entries(policies))
        sql.setPolicy.run({ org, id, name, policy });
    },
  };
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements(db: Database) {
  return {
    list: db.prepare(
      `${SELECT_SERVER} WHERE server.org_id = ? ORDER BY server.priority, server.id`,
    ),
    find: db.prepare(`${SELECT_SERVER} WHERE server.org_id = ? AND server.id = ?`),
    listAll: db.prepare(SELECT_SERVER),
    // Never below the time: after a restore none is given twice either.
    nextRevision: db
      .prepare(
        `INSERT INTO meta (key, value) VALUES ('mcp_revision', CAST(@now AS INTEGER))
         ON CONFLICT DO UPDATE SET value = CAST(max(value + 1, excluded.value + 0) AS TEXT)
         RETURNING value`,
      )
      .pluck(),
    put: db.prepare(
      `INSERT INTO mcp_server (org_id, id, name, transport, url, program, args, is_enabled, priority,
         allowed_tools, is_stateless, origin, revision, secrets)
       VALUES (@org, @id, @name, @transport, @url, @program, @args, @isEnabled, @priority,
         @allowedTools, @isStateless, @origin, @revision, @secrets)
       ON CONFLICT DO UPDATE SET name = @name, transport = @transport, url = @url,
         program = @program, args = @args, is_enabled = @isEnabled, priority = @priority,
         allowed_tools = @allowedTools, is_stateless = @isStateless, origin = @origin,
         revision = @revision, secrets = @secrets, ask_after = 0, error_code = NULL,
         error_message = NULL,
         asked_at = CASE WHEN @isElsewhere THEN NULL ELSE asked_at END,
         discovered_at = CASE WHEN @isElsewhere THEN NULL ELSE discovered_at END`,
    ),
    remove: db.prepare('DELETE FROM mcp_server WHERE org_id = ? AND id = ?'),
    forgetTools: db.prepare(
      `UPDATE mcp_tool SET is_listed = 0, hash = NULL, accepted_hash = NULL, ${NOTHING_SAID}
       WHERE org_id = ? AND server_id = ?`,
    ),
    isRemoved: db.prepare('SELECT 1 FROM mcp_removed_server WHERE org_id = ? AND id = ?'),
    noteRemoved: db.prepare(
      'INSERT INTO mcp_removed_server (org_id, id) VALUES (?, ?) ON CONFLICT DO NOTHING',
    ),
    forgetRemoved: db.prepare('DELETE FROM mcp_removed_server WHERE org_id = ? AND id = ?'),
    clearPolicies: db.prepare(
      'UPDATE mcp_tool SET file_policy = NULL WHERE org_id = ? AND server_id = ?',
    ),
    setPolicy: db.prepare(
      `INSERT INTO mcp_tool (org_id, server_id, name, file_policy) VALUES (@org, @id, @name, @policy)
       ON CONFLICT DO UPDATE SET file_policy = @policy`,
    ),
  };
}
