import { type FactCategory, FactId, type Tenant } from '@bakerst/contracts';
import type { NewId } from '@bakerst/kit';
import type { KeyedRequest } from '../idempotency/ports.ts';
import type { RunFence } from '../runs/run.ts';
import { type EmbedTextDeps, embedText, tellIndex } from './embed-text.ts';
import type { OneAtATime } from './one-at-a-time.ts';
import type { Embedded, Fact, FactSource, FactStore } from './ports.ts';
import { saysTheSame } from './says-the-same.ts';

/** From here on two facts of a category are nearly the same. */
const SAME_COSINE = 0.92;
const LOOKED_AT = 20;

export interface StoreFactDeps extends EmbedTextDeps {
  readonly facts: Pick<FactStore, 'add' | 'findByText' | 'pick'>;
  /** Of what is told at the same moment, the second looks at what the first has left. */
  readonly oneAtATime: OneAtATime;
  readonly newId: NewId;
}

export interface ToldFact {
  readonly text: string;
  readonly category: FactCategory;
  readonly source: FactSource;
  readonly fence?: RunFence | undefined;
  readonly idempotency?: KeyedRequest | undefined;
}

export interface StoredFact {
  readonly fact: Fact;
  /** Facts of the category that say nearly the same, and stay. */
  readonly similar: readonly Fact[];
}

/**
 * Remembers a fact. The same words again are the fact that is there; one that says the same in other words takes the
 * place of the one that did, which stays as history.
 */
export async function storeFact(
  deps: StoreFactDeps,
  tenant: Tenant,
  told: ToldFact,
): Promise<StoredFact> {
  const isKnown = deps.facts.findByText(tenant, told.text) !== undefined;
  const embedded = isKnown ? undefined : await embedText(deps, tenant, told.text);
  return await deps.oneAtATime(JSON.stringify(tenant), async () => {
    const near = embedded === undefined ? [] : await findNear(deps, tenant, embedded);
    const alike = near.filter(({ category }) => category === told.category);
    const replaced = alike.find(({ text }) => saysTheSame(text, told.text));
    const id = FactId.parse(deps.newId());
    const fact = await deps.facts.add(tenant, { ...told, id, embedded, supersedes: replaced?.id });
    if (fact.id !== id) return { fact, similar: [] };
    await tellIndex(deps, fact, embedded);
    return { fact, similar: alike.filter((each) => each.id !== replaced?.id) };
  });
}

async function findNear(
  { meanings, facts, log }: StoreFactDeps,
  tenant: Tenant,
  embedded: Embedded,
): Promise<readonly Fact[]> {
  if (meanings === undefined) return [];
  try {
    const near = await meanings.index.nearest(tenant, embedded, LOOKED_AT);
    const same = near.filter(({ cosine }) => cosine >= SAME_COSINE);
    return facts.pick(
      tenant,
      same.map(({ id }) => id),
    );
  } catch (err) {
    log.warn({ err, orgId: tenant.org, userId: tenant.user }, 'similar facts were not looked for');
    return [];
  }
}
