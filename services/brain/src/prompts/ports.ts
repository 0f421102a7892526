import type { FactId, OrgId, PromptOrigin, PromptSlot, Tenant } from '@bakerst/contracts';

/** Texts by their slots. */
export type SlotTexts = { readonly [Slot in PromptSlot]?: string };

/** A way to answer: slots of the prompt, a model, and the only tools that it may use. */
export interface Persona {
  readonly name: string;
  readonly description: string | undefined;
  readonly model: string | undefined;
  /** Undefined for all. */
  readonly tools: readonly string[] | undefined;
  readonly slots: SlotTexts;
}

/** What `operating_system` says at this moment; a file that cannot be used stays what it was before. */
export interface PromptFiles {
  /** The lowest tier: SOUL.md and BRAIN.md. */
  readDefaults(): SlotTexts;
  /** For an agent that works on one job, out of sight: SOUL.md and WORKER.md. */
  readWorkerPrompt(): string;
  /** By their names. */
  listPersonas(): readonly Persona[];
  findPersona(name: string): Persona | undefined;
  /** A sentence for each file that cannot be used; without paths. */
  listProblems(): readonly string[];
}

/** What an org and a user have written; a blank text counts as none. */
export interface OverrideStore {
  readOrg(org: OrgId): SlotTexts;
  readUser(tenant: Tenant): SlotTexts;
  /** Null takes a slot away, what is left out stays; `reset` takes all away. Gives what there is then. */
  changeOrg(org: OrgId, change: SlotChange | 'reset'): Promise<SlotTexts>;
  /** The same; makes the user too. */
  changeUser(tenant: Tenant, change: SlotChange | 'reset'): Promise<SlotTexts>;
}

export type SlotChange = { readonly [Slot in PromptSlot]?: string | null | undefined };

/** A slot as it stands in the prompt. */
export interface ResolvedSlot {
  readonly text: string;
  readonly origin: Exclude<PromptOrigin, 'system'>;
}

/** A fact that may help to answer a message, as one line. */
export interface RecalledFact {
  readonly id: FactId;
  readonly text: string;
  readonly createdAt: number;
}

/**
 * What is remembered that has to do with a message, the best first. Never throws and never takes long: a message is
 * answered without it rather than late.
 */
export type Recall = (tenant: Tenant, message: string) => Promise<readonly RecalledFact[]>;
