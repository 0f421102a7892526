import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OrgId } from '@bakerst/contracts';
import { randomId, silentLogger } from '@bakerst/kit';
import { createFakeClock } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import { createGroupCommit } from '../storage/group-commit.ts';
import { migrate } from '../storage/migrate.ts';
import { openDatabase } from '../storage/open-database.ts';
import { hashToken } from './authenticate.ts';
import { ensureHome } from './sqlite-ensure-home.ts';

test('the token of the gateway counts exactly while the brain is given it', async () => {
  const db = openDatabase(join(mkdtempSync(join(tmpdir(), 'bakerst-')), 'bakerst.db'));
  migrate(db, { log: silentLogger });
  const clock = createFakeClock();
  const writer = createGroupCommit(db, { clock, log: silentLogger });
  const org = OrgId.parse('home');
  const counting = db.prepare('SELECT hash FROM token WHERE revoked_at IS NULL').pluck();
  const start = async (gatewayToken: string | undefined) => {
    await ensureHome(
      { db, writer, clock, newId: randomId },
      { org, ownerToken: undefined, gatewayToken },
    );
    return counting.all();
  };
  expect(await start('first')).toEqual([hashToken('first')]);
  expect(await start('second')).toEqual([hashToken('second')]);
  expect(await start('first')).toEqual([hashToken('first')]);
  expect(await start(undefined)).toEqual([]);
  expect(await start('first')).toEqual([hashToken('first')]);
  db.close();
});
