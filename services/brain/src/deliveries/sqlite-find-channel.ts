import type { RunId } from '@bakerst/contracts';
import { ChannelName } from '@bakerst/contracts/channels';
import type { Database } from 'better-sqlite3';

/** Prepares what finds the channel on which a run's answer is read; undefined for one that is read on the page alone. */
export function prepareFindChannel(db: Database): (runId: RunId) => ChannelName | undefined {
  const find = db.prepare('SELECT channel FROM channel_delivery WHERE run_id = ?').pluck();
  return (runId) => ChannelName.optional().parse(find.get(runId));
}
