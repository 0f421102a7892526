import { ConversationId, RunId } from '@bakerst/contracts';
import { expect, test } from 'vitest';
import { openHost } from './sqlite-host-testing.ts';
import { gary, LOCK_KEY, ORDER } from './sqlite-runs-testing.ts';
import { createSweep } from './sweep-runs.ts';

const PATIENT = { timeout: 10_000 };
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
  await expect
    .poll(() => others.map((id) => ends.get(id)), PATIENT)
    .toEqual(others.map(() => 'completed'));
});

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
