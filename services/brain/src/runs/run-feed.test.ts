import type { EventPlace } from '@bakerst/contracts';
import { createFakeClock } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import { createRunFeed } from './run-feed.ts';

/** What a run's readers are told to go back to when it is taken over. */
function rewindTo(stored: EventPlace | undefined): unknown {
  const lines: string[] = [];
  const feed = createRunFeed({
    takeover: 2,
    stored,
    clock: createFakeClock(),
    publish: (batch) => lines.push(...batch.lines),
  });
  feed.rewind();
  feed.end();
  return lines.map((line) => JSON.parse(line));
}

test.each([
  ['the last event of a stored step', { takeover: 1, n: 4 }, '1.4'],
  ['the start where only the message is stored, which shows nothing', { takeover: 0, n: 0 }, null],
  ['the start where nothing is stored', undefined, null],
])('a rewind goes back to %s', (_, stored, after) => {
  expect(rewindTo(stored)).toEqual([{ type: 'rewind', after }]);
});
