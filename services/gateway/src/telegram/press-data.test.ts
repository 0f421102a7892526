import { expect, test } from 'vitest';
import type { Press } from '../channel.ts';
import { PRESS_DATA_MAX_BYTES, readPressData, toPressData } from './press-data.ts';

const ID = '0193c1d6-0000-7000-8000-00000000000a';

test.each([
  { type: 'more', runId: ID, from: 3 },
  { type: 'action', action: { type: 'stop', run_id: ID } },
  { type: 'action', action: { type: 'steer', run_id: ID } },
  { type: 'action', action: { type: 'interrupt', run_id: ID } },
  { type: 'action', action: { type: 'withdraw', run_id: ID } },
  { type: 'action', action: { type: 'resolve', job_id: ID, outcome: 'happened' } },
  { type: 'action', action: { type: 'resolve', job_id: ID, outcome: 'did_not_happen' } },
  { type: 'action', action: { type: 'resolve', job_id: ID, outcome: 'retry' } },
])('what a button does comes back as it was: %j', (press) => {
  const data = toPressData(press as Press);
  expect(Buffer.byteLength(data)).toBeLessThanOrEqual(PRESS_DATA_MAX_BYTES);
  expect(readPressData(data)).toEqual(press);
});

test.each(['', 'stop', 'x0123456789012345678901', 'm0123456789012345678901', 'toString', 's!'])(
  '%j is a button of nobody here',
  (data) => expect(readPressData(data)).toBeUndefined(),
);
