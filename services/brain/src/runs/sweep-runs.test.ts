import { ConversationId, RunId } from '@bakerst/contracts';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openHost } from './sqlite-host-testing.ts';
import { gary, LOCK_KEY, ORDER } from './sqlite-runs-testing.ts';
import { createSweep } from './sweep-runs.ts';

/** More than are tried at a time. */
const OTHERS = Array.from({ length: 21 }, (_, i) => String(i).padStart(2, '0'));

/** A sweep that finds gary's run first, with a step that only a newer brain can read. */
function openSweep() {
  const opened = openHost();
  const { runs, deps, host } = opened;
  runs.exec(`INSERT INTO run_step (run_id, seq, type, payload, at, takeover, event_n)
    VALUES ('${ORDER}', 1, 'dreamt', '{}', 1, 1, 1)`);
  const sweep = createSweep(deps, { carry: host.carry, isDraining: () => false });
  return { ...opened, sweep, countTakeovers: () => runs.store.find(gary, ORDER)?.takeover };
}

test('a run that cannot be begun keeps no other one waiting', async () => {
  const { runs, sweep, ends } = openSweep();
  const others = OTHERS.map((n) => RunId.parse(`0190a000-0000-7000-8000-0000000001${n}`));
  for (const [i, id] of others.entries()) {
    const talk = ConversationId.parse(`0190a000-0000-7000-8000-0000000002${OTHERS[i]}`);
    runs.addRun(id, talk, `${LOCK_KEY}/schedule-${i}`);
  }
  await sweep.look();
  await expect.poll(() => others.map((id) => ends.get(id))).toEqual(others.map(() => 'completed'));
});

test.each(['SQLITE_BUSY_SNAPSHOT', 'SQLITE_IOERR_READ', 'SQLITE_FULL'])(
  'a run that cannot be begun because of %s is tried at the next look',
  async (code) => {
    const { runs, deps, host, ends } = openHost();
    let isAway = true;
    const prepareBase: typeof deps.prepareBase = () => {
      if (isAway) throw new Database.SqliteError('the disk is away', code);
      return deps.prepareBase();
    };
    const calls = { carry: host.carry, isDraining: () => false };
    const sweep = createSweep({ ...deps, prepareBase }, calls);
    await sweep.look();
    isAway = false;
    await sweep.look();
    await expect.poll(() => ends.get(ORDER)).toBe('completed');
    expect(runs.store.find(gary, ORDER)?.takeover).toBe(3);
  },
);

test('a run that cannot be begun is tried less and less often', async () => {
  const { runs, sweep, countTakeovers } = openSweep();
  await sweep.look();
  const counts = [countTakeovers()];
  for (let second = 1; second <= 8; second += 1) {
    await runs.clock.advance(1_000);
    // Of a lock that was given back it says nothing.
    await sweep.lookAgain();
    counts.push(countTakeovers());
  }
  expect(counts).toEqual([2, 3, 3, 4, 4, 4, 4, 5, 5]);
});
