import {
  Api,
  type FactCategory,
  type FactCorrection,
  type FactHistoryView,
  type FactPage,
  type FactsImported,
  type FactView,
  type NewFactBody,
  type StoredFactView,
} from '@bakerst/contracts';
import type { z } from 'zod';
import type { Call, CallOptions, Cancelling } from './create-call.ts';
import type { NamedUser, PageQuery } from './named.ts';

interface FactQuery extends PageQuery {
  /** Facts that fit it, best first. */
  readonly q?: string;
  readonly category?: FactCategory;
}

/** What the assistant remembers. */
export interface FactMethods {
  storeFact(body: z.input<typeof NewFactBody>, options?: CallOptions): Promise<StoredFactView>;
  listFacts(query?: FactQuery, options?: Cancelling): Promise<FactPage>;
  /** With what became of it. */
  getFact(id: string, named?: NamedUser): Promise<FactHistoryView>;
  correctFact(id: string, body: z.input<typeof FactCorrection>): Promise<FactView>;
  restoreFact(id: string, named?: NamedUser): Promise<FactView>;
  deleteFact(id: string, named?: NamedUser): Promise<void>;
  /** All facts of a user, one in each line. */
  exportFacts(named?: NamedUser): Promise<string>;
  importFacts(file: Blob, named?: NamedUser): Promise<FactsImported>;
}

export function createFactMethods(call: Call): FactMethods {
  return {
    storeFact: (body, more) => call.created(Api.storeFact, { body, ...more }),
    listFacts: (query, options) => call.json(Api.listFacts, { query: { ...query }, ...options }),
    getFact: (id, query) => call.json(Api.getFact, { params: { id }, query: { ...query } }),
    correctFact: (id, body) => call.json(Api.correctFact, { params: { id }, body }),
    restoreFact: (id, query) =>
      call.json(Api.restoreFact, { params: { id }, query: { ...query }, body: {} }),
    deleteFact: (id, query) =>
      call.nothing(Api.deleteFact, { params: { id }, query: { ...query } }),
    exportFacts: (query) => call.text(Api.exportFacts, { query: { ...query } }),
    importFacts: (file, query) => {
      const body = new FormData();
      body.set('file', file, 'facts.jsonl');
      return call.json(Api.importFacts, { query: { ...query }, body });
    },
  };
}
