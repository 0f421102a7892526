import { FactId, OrgId, UserId } from '@bakerst/contracts';
import { randomId } from '@bakerst/kit';
import { correctFact } from '../../services/brain/src/memory/correct-fact.ts';
import { findFacts } from '../../services/brain/src/memory/find-facts.ts';
import type { MemoryDeps } from '../../services/brain/src/memory/memory-tools.ts';
import type { Fact } from '../../services/brain/src/memory/ports.ts';
import { storeFact } from '../../services/brain/src/memory/store-fact.ts';
import type { Corpus, CorpusQuestion } from './read-corpus.ts';

/** Answers that count as found. */
const FIRST = 5;
/** How far down it is looked for facts that were replaced. */
const LOOKED_AT = 50;

const GARY = { org: OrgId.parse('home'), user: UserId.parse('gary') };
const source = { kind: 'user' } as const;

/** How well facts are found for one group of questions. */
export interface Recall {
  readonly questions: number;
  /** Part of the questions whose fact is among the first five. */
  readonly recallAt5: number;
  /** Mean of one divided by the place of the fact. */
  readonly mrr: number;
  /** Answers in which a fact that was replaced stands before its correction, or without it. */
  readonly outranked: number;
  readonly missed: readonly string[];
}

/** Has everything of the corpus remembered, as a person would tell it; gives the facts by their ids in the corpus. */
export async function tellCorpus(
  deps: MemoryDeps,
  { facts }: Pick<Corpus, 'facts'>,
): Promise<ReadonlyMap<string, Fact>> {
  const told = new Map<string, Fact>();
  for (const { id, text, category, corrects } of facts) {
    const old = corrects === undefined ? undefined : told.get(corrects);
    const fact =
      old === undefined
        ? (await storeFact(deps, GARY, { text, category, source })).fact
        : await correctFact(deps, { scope: GARY, id: old.id }, { text, source });
    if (fact !== undefined) told.set(id, fact);
  }
  return told;
}

/** Asks the questions of one group. */
export async function playQuestions(
  deps: MemoryDeps,
  { facts, questions }: Pick<Corpus, 'facts' | 'questions'>,
  {
    told,
    group,
  }: { readonly told: ReadonlyMap<string, Fact>; readonly group: CorpusQuestion['group'] },
): Promise<Recall> {
  const replaced = new Map(
    facts.map(({ id, corrects }) => [told.get(corrects ?? '')?.id, told.get(id)?.id]),
  );
  const asked = questions.filter((question) => question.group === group);
  const places: number[] = [];
  let outranked = 0;
  const missed: string[] = [];
  for (const { question, fact } of asked) {
    const found = await findFacts(deps, GARY, { query: question, limit: LOOKED_AT });
    const ids = found.map(({ id }) => id);
    const place = ids.indexOf(told.get(fact)?.id ?? FactId.parse(randomId()));
    if (place < 0 || place >= FIRST) missed.push(question);
    places.push(place < 0 ? 0 : 1 / (place + 1));
    if (ids.some((id, at) => isOutranking(ids, at, replaced.get(id)))) outranked++;
  }
  const sum = places.reduce((all, each) => all + each, 0);
  return {
    questions: asked.length,
    recallAt5: (asked.length - missed.length) / asked.length,
    mrr: sum / asked.length,
    outranked,
    missed,
  };
}

function isOutranking(ids: readonly FactId[], at: number, by: FactId | undefined): boolean {
  if (by === undefined) return false;
  const place = ids.indexOf(by);
  return place < 0 || place > at;
}
