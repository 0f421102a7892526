import { TriggerId } from '@bakerst/contracts';
import { silentLogger } from '@bakerst/kit';
import { expect, test } from 'vitest';
import { gary, openHousehold } from '../schedules/sqlite-schedules-testing.ts';
import type { NewTrigger } from './ports.ts';

const KEY = Buffer.alloc(32, 1);
const bell = (id: string, source: NewTrigger['source']): NewTrigger => ({
  id: TriggerId.parse(id),
  name: 'bell',
  preset: 'token',
  filter: [],
  action: { type: 'run', message: 'who is there?' },
  perMinute: 60,
  isPaused: false,
  secret: undefined,
  source,
});

test('a secret that was encrypted with another key is as none, and told of once', async () => {
  using house = openHousehold();
  const made = await house
    .openTriggers(KEY)
    .create(gary, { ...bell(house.newId(), 'api'), secret: 'a-token-of-the-house' });
  const told: unknown[] = [];
  const log = { ...silentLogger, error: (...line: unknown[]) => void told.push(line[1]) };
  const triggers = house.openTriggers(Buffer.alloc(32, 2), log);
  expect([triggers.readSecret(made), triggers.readSecret(made)]).toEqual([undefined, undefined]);
  expect(told).toEqual(['secret of a trigger cannot be read: make a new secret']);
  await triggers.setSecret(made, 'another-token');
  expect(triggers.readSecret(made)).toBe('another-token');
});

test('one that its file names again has its secret back; one that a person makes is another', async () => {
  using house = openHousehold();
  const triggers = house.openTriggers(KEY);
  const first = await triggers.create(gary, bell(house.newId(), 'file'));
  await triggers.setSecret(first, 'a-token-of-the-house');
  await triggers.setAside(first);
  expect([triggers.find(gary, 'bell'), triggers.listOfFile(gary)]).toEqual([undefined, []]);
  const back = await triggers.create(gary, bell(house.newId(), 'file'));
  expect([back.id, triggers.readSecret(back)]).toEqual([first.id, 'a-token-of-the-house']);
  await triggers.setAside(back);
  const other = await triggers.create(gary, bell(house.newId(), 'api'));
  expect([other.id === first.id, triggers.readSecret(other)]).toEqual([false, undefined]);
});
