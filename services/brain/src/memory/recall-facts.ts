import type { Logger } from '@bakerst/kit';
import { toWords } from '../conversations/find-words.ts';
import type { Recall } from '../prompts/ports.ts';
import type { FactStore } from './ports.ts';

/** As many facts as a prompt has room for. */
const MOST_FACTS = 5;

interface RecallDeps {
  readonly facts: Pick<FactStore, 'search'>;
  readonly log: Logger;
}

/** Finds the facts that share words with a message. */
export function createRecall({ facts, log }: RecallDeps): Recall {
  return async (tenant, message) => {
    try {
      return facts.search(tenant, toWords(message), MOST_FACTS);
    } catch (err) {
      // The model can still look for them itself, and the answer matters more.
      log.warn({ err }, 'facts not recalled');
      return [];
    }
  };
}
