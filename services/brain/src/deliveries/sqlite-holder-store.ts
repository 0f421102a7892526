import { ChannelName } from '@bakerst/contracts/channels';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { Writer } from '../storage/group-commit.ts';
import type { HolderStore, Holding } from './ports.ts';

interface HolderStoreDeps {
  readonly db: Database;
  readonly writer: Writer;
  /** Id of this brain. */
  readonly self: string;
}

const HoldingRow = z.object({
  name: ChannelName,
  epoch: z.int(),
  bot: z.string().nullable(),
  brain: z.string().nullable(),
});

export function createSqliteHolderStore({ db, writer, self }: HolderStoreDeps): HolderStore {
  const columns = 'name, epoch, bot, brain';
  const take = db.prepare(
    `INSERT INTO channel (name, epoch, holder, tenure, brain, bot) VALUES (@channel, 1, @holder, 1, @self, @bot)
     ON CONFLICT DO UPDATE SET epoch = epoch + 1, tenure = tenure + (holder <> excluded.holder),
       holder = excluded.holder, brain = excluded.brain,
       bot = coalesce(excluded.bot, bot) RETURNING ${columns}`,
  );
  const leave = db.prepare(
    'UPDATE channel SET brain = NULL WHERE name = @channel AND epoch = @epoch',
  );
  const find = db.prepare(`SELECT ${columns} FROM channel WHERE name = ?`);
  return {
    take: (channel, { holder, bot = null }) =>
      writer.write(() => toHolding(take.get({ channel, holder, bot: bot ?? null, self }))),
    async leave({ channel, epoch }) {
      await writer.write(() => leave.run({ channel, epoch }));
    },
    find(channel) {
      const row = find.get(channel);
      return row === undefined ? undefined : toHolding(row);
    },
  };
}

function toHolding(value: unknown): Holding {
  const { name, epoch, bot, brain } = HoldingRow.parse(value);
  return { channel: name, epoch, bot: bot ?? undefined, brain: brain ?? undefined };
}
