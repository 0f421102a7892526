import { type Tenant, TriggerId } from '@bakerst/contracts';
import { TriggerName, TriggerSettings } from '@bakerst/contracts/schedules';
import { z } from 'zod';
import type { EntryKind } from '../actions/follow-file.ts';
import { parseBody } from '../http/parse-input.ts';
import { type ManageTriggersDeps, readTriggerFields, tellTrigger } from './manage-triggers.ts';

const Entry = z.strictObject({
  ...TriggerSettings.omit({ paused: true }).shape,
  name: TriggerName,
  enabled: z.boolean().default(true),
});

/** `operating_system/TRIGGERS.json`: triggers of the first user; their secrets are made over the API. */
export function createTriggersFile(deps: ManageTriggersDeps, tenant: Tenant): EntryKind {
  const { triggers } = deps;
  return {
    file: 'TRIGGERS.json',
    async follow(entry, entryHash) {
      const { name, enabled, ...settings } = parseBody(Entry, entry);
      const known = triggers.listOfFile(tenant).find((trigger) => trigger.name === name);
      if (known?.entryHash === entryHash) return;
      const fields = readTriggerFields(deps, { ...settings, paused: !enabled }, tenant);
      if (known === undefined) {
        const made = { ...fields, name, source: 'file', entryHash, secret: undefined } as const;
        const id = TriggerId.parse(deps.newId());
        tellTrigger(deps, await triggers.create(tenant, { ...made, id }));
      } else tellTrigger(deps, await triggers.change(known, { ...fields, entryHash }));
    },
    hasAny: () => triggers.listOfFile(tenant).length > 0,
    async keepOnly(names) {
      for (const trigger of triggers.listOfFile(tenant)) {
        if (names.has(trigger.name)) continue;
        await triggers.setAside(trigger);
        tellTrigger(deps, trigger);
      }
    },
  };
}
