import { z } from 'zod';
import {
  FactCategory,
  FactCorrection,
  FactHistoryView,
  FactPage,
  FactsImported,
  FactView,
  NewFactBody,
  StoredFactView,
} from '../fact.ts';
import { boundedText } from '../text.ts';
import { endpoint } from './endpoint.ts';
import { ListQuery, Named, wholeNumber } from './query.ts';

const FACTS = '/api/v1/facts';
const FACT = `${FACTS}/{id}`;
const QUERY_MAX_CHARS = 1_000;
const COMPAT_LIMIT = 10;

const Query = boundedText({ name: 'q', maxChars: QUERY_MAX_CHARS });

export const factsApi = {
  storeFact: endpoint({
    method: 'post',
    path: FACTS,
    tag: 'facts',
    summary: 'Has a fact remembered; the same words again are the same fact',
    body: NewFactBody,
    isKeyed: true,
    answers: { 201: StoredFactView },
    errors: ['IDEMPOTENCY_MISMATCH'],
  }),
  listFacts: endpoint({
    method: 'get',
    path: FACTS,
    tag: 'facts',
    summary: 'Facts that hold, newest first; with `q` those that fit it, best first, on one page',
    query: ListQuery.extend({ q: Query.optional(), category: FactCategory.optional() }),
    answers: { 200: FactPage },
  }),
  exportFacts: endpoint({
    method: 'get',
    path: `${FACTS}/export`,
    tag: 'facts',
    summary: 'All facts of a user as a file, one in each line, those that were replaced too',
    query: Named,
    headers: ['Content-Disposition'],
    answers: { 200: { media: 'application/jsonl' } },
  }),
  importFacts: endpoint({
    method: 'post',
    path: `${FACTS}/import`,
    tag: 'facts',
    summary: 'Has the facts of such a file remembered (20 MB, 20,000 lines); what is known stays',
    query: Named,
    isUpload: true,
    answers: { 200: FactsImported },
  }),
  getFact: endpoint({
    method: 'get',
    path: FACT,
    tag: 'facts',
    summary: 'A fact, who said it and when, and what it has replaced',
    query: Named,
    answers: { 200: FactHistoryView },
    errors: ['NOT_FOUND'],
  }),
  correctFact: endpoint({
    method: 'post',
    path: `${FACT}/correct`,
    tag: 'facts',
    summary: 'Puts a new text in the place of a fact, which stays as history',
    query: Named,
    body: FactCorrection,
    answers: { 200: FactView },
    errors: ['NOT_FOUND', 'CONFLICT'],
  }),
  restoreFact: endpoint({
    method: 'post',
    path: `${FACT}/restore`,
    tag: 'facts',
    summary: 'Lets a fact hold again, in the place of what has replaced it',
    query: Named,
    body: Named,
    isBodyOptional: true,
    answers: { 200: FactView },
    errors: ['NOT_FOUND'],
  }),
  deleteFact: endpoint({
    method: 'delete',
    path: FACT,
    tag: 'facts',
    summary: 'Forgets a fact with all that it has replaced; one that was replaced, alone',
    query: Named,
    answers: { 204: { media: 'none' } },
    errors: ['NOT_FOUND'],
  }),
  compatMemories: endpoint({
    method: 'get',
    path: '/memories',
    tag: 'compatibility',
    summary: 'Facts that fit `q`, best first; without it the newest',
    query: Named.extend({
      q: Query.optional(),
      category: FactCategory.optional(),
      limit: wholeNumber('limit', { min: 1, max: 100 }).default(COMPAT_LIMIT),
    }),
    answers: {
      200: z.array(
        z.object({
          id: z.string(),
          content: z.string(),
          category: FactCategory,
          created_at: z.iso.datetime(),
          updated_at: z.iso.datetime(),
        }),
      ),
    },
  }),
} as const;
