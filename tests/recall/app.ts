import { silentLogger, systemClock } from '@bakerst/kit';
import { createSqliteVectorIndex } from '../../services/brain/src/memory/sqlite-fact-search.ts';
import { GARY, openMemory } from '../../services/brain/src/memory/sqlite-memory-testing.ts';
import { createSqliteSearchThread } from '../../services/brain/src/memory/sqlite-search-thread.ts';
import { playQuestions, type Recall, tellCorpus } from './play-questions.ts';
import { readCorpus } from './read-corpus.ts';
import { createSynonymEmbedder } from './synonym-embedder.ts';

interface GroupRecall {
  readonly words: Recall;
  readonly paraphrase: Recall;
}

/** Both groups of questions, asked by words alone, and by words and meanings. */
export interface MeasuredRecall {
  readonly lexical: GroupRecall;
  readonly hybrid: GroupRecall;
  /** Facts that hold once all are told. */
  readonly held: number;
}

/** Tells a memory on real adapters everything, and asks it. Only the embedder is a table. */
export async function measureRecall(): Promise<MeasuredRecall> {
  const corpus = readCorpus();
  await using open = new AsyncDisposableStack();
  const embed = createSynonymEmbedder(corpus.synonyms);
  const { deps } = openMemory('here', (opened) => {
    const thread = open.use(
      createSqliteSearchThread({ path: opened.path, clock: systemClock, log: silentLogger }),
    );
    return {
      index: createSqliteVectorIndex({ ...opened, thread }),
      isStoredWithFacts: true,
      embedder: {
        embed: async (texts) =>
          texts.map((text) => ({ vector: embed(text), embedding: 'synonyms/256' })),
      },
    };
  });
  const told = await tellCorpus(deps, corpus);
  const measure = async (meanings: typeof deps.meanings): Promise<GroupRecall> => ({
    words: await playQuestions({ ...deps, meanings }, corpus, { told, group: 'words' }),
    paraphrase: await playQuestions({ ...deps, meanings }, corpus, { told, group: 'paraphrase' }),
  });
  const ids = [...told.values()].map(({ id }) => id);
  return {
    lexical: await measure(undefined),
    hybrid: await measure(deps.meanings),
    held: deps.facts.pick(GARY, ids).length,
  };
}
