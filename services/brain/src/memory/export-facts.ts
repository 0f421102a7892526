import type { Tenant } from '@bakerst/contracts';
import { toChangeView, toFactView } from './fact-view.ts';
import type { ExportedFact, FactStore } from './ports.ts';

/** All facts of a user with their history as JSON lines, piece by piece. */
export function* exportFacts(facts: Pick<FactStore, 'listAll'>, tenant: Tenant): Generator<string> {
  for (const some of facts.listAll(tenant))
    yield some.map((exported) => `${JSON.stringify(toLine(exported))}\n`).join('');
}

function toLine({ fact, changes }: ExportedFact): object {
  const history = changes.map(({ place, ...change }) => {
    const { fact_id: _own, ...view } = toChangeView({ ...change, factId: fact.id });
    return { ...view, place };
  });
  return { ...toFactView(fact), history };
}
