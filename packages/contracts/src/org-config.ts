import { z } from 'zod';

const storage = z.int().min(1).max(100);
const llm = z.int().min(1).max(50);
const turns = z.int().min(1).max(100);

/** Settings of an org (BT-14). */
export const OrgConfig = z
  .object({
    /** Answered messages that the history lists. */
    max_history_storage: storage,
    /** Earlier turns that go to the model with a message. */
    max_history_llm: llm,
    /** Model calls that one message may take. */
    max_turns: turns,
  })
  .meta({ id: 'OrgConfig' });
export type OrgConfig = z.infer<typeof OrgConfig>;

/** The settings stand in the answer itself, and once more in `config`, where some clients look for them. */
export const OrgConfigView = OrgConfig.extend({ org: z.string(), config: OrgConfig });
export type OrgConfigView = z.infer<typeof OrgConfigView>;

/** Body of `PUT …/config`; what is left out stays as it is. */
export const OrgConfigPatch = OrgConfig.partial();
export type OrgConfigPatch = z.infer<typeof OrgConfigPatch>;
