import { OrgId, TriggerId, UserId } from '@bakerst/contracts';
import { type Household, openHousehold } from '../schedules/sqlite-schedules-testing.ts';
import type { Trigger } from './ports.ts';

const ID = '0190a000-0000-7000-8000-0000000000be';
export const bell: Trigger = {
  seq: 1,
  id: TriggerId.parse(ID),
  tenant: { org: OrgId.parse('home'), user: UserId.parse('gary') },
  name: 'bell',
  preset: 'generic',
  filter: [],
  action: { type: 'run', message: 'who is there?' },
  perMinute: 600,
  isPaused: false,
  source: 'api',
  entryHash: undefined,
  conversationId: undefined,
  replaySince: 0,
  createdAt: 0,
  updatedAt: 0,
};

/** A household whose trigger is `bell`. */
export function openBell(): Household {
  const house = openHousehold();
  house.run(`INSERT INTO user (org_id, id, created_at) VALUES ('home', 'gary', 0);
    INSERT INTO event_trigger (id, org_id, user_id, name, preset, secret, filter, action, per_minute,
      source, created_at, updated_at)
    VALUES ('${ID}', 'home', 'gary', 'bell', 'generic', '', '[]', '{}', 600, 'api', 0, 0)`);
  return house;
}
