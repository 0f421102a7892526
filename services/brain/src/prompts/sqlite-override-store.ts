import { PromptSlot, type Tenant } from '@bakerst/contracts';
import { z } from 'zod';
import { ENSURE_USER } from '../principals/sqlite-ensure-user.ts';
import type { StoreDeps } from '../storage/store-deps.ts';
import type { OverrideStore, SlotChange, SlotTexts } from './ports.ts';

/** What belongs to the org itself; no user is called that. */
const ORG_ITSELF = '';

const Rows = z.array(z.object({ slot: PromptSlot, content: z.string() }));

interface Owner {
  readonly org: string;
  readonly user: string;
}

export function createSqliteOverrideStore({ db, writer, clock }: StoreDeps): OverrideStore {
  const list = db.prepare(
    'SELECT slot, content FROM prompt_override WHERE org_id = @org AND user_id = @user',
  );
  const set = db.prepare(
    `INSERT INTO prompt_override (org_id, user_id, slot, content, updated_at)
     VALUES (@org, @user, @slot, @content, @now)
     ON CONFLICT DO UPDATE SET content = excluded.content, updated_at = excluded.updated_at`,
  );
  const remove = db.prepare(
    'DELETE FROM prompt_override WHERE org_id = @org AND user_id = @user AND slot = @slot',
  );
  const clear = db.prepare('DELETE FROM prompt_override WHERE org_id = @org AND user_id = @user');
  const ensureUser = db.prepare(ENSURE_USER);

  const read = (owner: Owner): SlotTexts =>
    Object.fromEntries(Rows.parse(list.all(owner)).map(({ slot, content }) => [slot, content]));
  const write = (owner: Owner, slot: PromptSlot, content: string | null | undefined): void => {
    if (content === null) remove.run({ ...owner, slot });
    else if (content !== undefined) set.run({ ...owner, slot, content, now: clock.now() });
  };
  const change = (owner: Owner, wanted: SlotChange | 'reset'): SlotTexts => {
    if (wanted === 'reset') clear.run(owner);
    else for (const slot of PromptSlot.options) write(owner, slot, wanted[slot]);
    return read(owner);
  };
  return {
    readOrg: (org) => read({ org, user: ORG_ITSELF }),
    readUser: (tenant) => read(tenant),
    changeOrg: (org, wanted) => writer.write(() => change({ org, user: ORG_ITSELF }, wanted)),
    changeUser: (tenant: Tenant, wanted) =>
      writer.write(() => {
        if (wanted !== 'reset') ensureUser.run({ ...tenant, now: clock.now() });
        return change(tenant, wanted);
      }),
  };
}
