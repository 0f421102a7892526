import { z } from 'zod';
import { Named, pageOf } from './api/query.ts';
import { FactId, RunId } from './ids.ts';
import { boundedText, refusal } from './text.ts';

const FACT_MAX_CHARS = 2_000;
/** Of a file with facts. */
export const FACTS_FILE_MAX_BYTES = 20 * 1024 * 1024;
export const FACTS_FILE_MAX_LINES = 20_000;
/** Of one fact in such a file; nobody has changed one more often. */
export const FACT_LINE_MAX_CHANGES = 200;
const SOURCE_NAME_MAX_CHARS = 200;

export const FactCategory = z.enum([
  'gear',
  'preferences',
  'homelab',
  'personal',
  'work',
  'general',
]);
export type FactCategory = z.infer<typeof FactCategory>;

/** A sentence that is worth remembering. */
export const FactText = boundedText({ name: 'text', maxChars: FACT_MAX_CHARS })
  .transform((text) => text.trim().replaceAll(/\s+/g, ' '))
  .refine((text) => text !== '', { error: 'text is empty', params: refusal('INVALID_FIELD') })
  .meta({ type: 'string', minLength: 1, maxLength: FACT_MAX_CHARS });

/** Body of `POST /api/v1/facts`. */
export const NewFactBody = Named.extend({
  text: FactText,
  category: FactCategory.default('general'),
});

/** Body of `POST /api/v1/facts/:id/correct`; without a category it stays the same. */
export const FactCorrection = Named.extend({
  text: FactText,
  category: FactCategory.optional(),
});

/** Who said something: a person, the model in a run, or a program, which has a name. */
const FactSourceView = z.object({
  kind: z.enum(['user', 'model', 'service']),
  name: z.string().nullable(),
  run_id: RunId.nullable(),
});

export const FactView = z
  .object({
    id: FactId,
    user_id: z.string(),
    text: z.string(),
    category: FactCategory,
    source: FactSourceView,
    created_at: z.iso.datetime(),
    /** The fact that took its place; null while it holds. */
    superseded_by: FactId.nullable(),
  })
  .meta({ id: 'Fact' });
export type FactView = z.infer<typeof FactView>;

/** What was stored, with facts that say nearly the same and were left as they are. */
export const StoredFactView = FactView.extend({
  similar: z.array(z.object({ id: FactId, text: z.string() })),
}).meta({ id: 'StoredFact' });
export type StoredFactView = z.infer<typeof StoredFactView>;

export const FactPage = pageOf(FactView);
export type FactPage = z.infer<typeof FactPage>;

/** Imported: the source is who brought a file in which it stood, and not who said it. */
const FactChangeKind = z.enum(['stored', 'corrected', 'restored', 'imported']);

const FactChangeView = z.object({
  kind: FactChangeKind,
  fact_id: FactId,
  text: z.string(),
  /** The fact that it took the place of. */
  replaced_id: FactId.nullable(),
  source: FactSourceView,
  at: z.iso.datetime(),
});
export type FactChangeView = z.infer<typeof FactChangeView>;

/** A fact with what became of it and of all that it has replaced, oldest first. */
export const FactHistoryView = FactView.extend({ history: z.array(FactChangeView) }).meta({
  id: 'FactHistory',
});
export type FactHistoryView = z.infer<typeof FactHistoryView>;

const FiledSource = z.object({
  kind: z.enum(['user', 'model', 'service']),
  name: z.string().max(SOURCE_NAME_MAX_CHARS).nullish(),
  run_id: RunId.nullish(),
});
export type FiledSource = z.infer<typeof FiledSource>;

const FiledChange = z.object({
  kind: FactChangeKind,
  text: FactText,
  replaced_id: z.string().max(128).nullish(),
  source: FiledSource,
  at: z.iso.datetime(),
  /** Its place among changes of the same moment. */
  place: z.int().nonnegative().default(0),
});

/**
 * A line of a file with facts. Only the text is needed; whatever else it says that is not here is passed over. The ids
 * count within the file: they say which line has taken the place of which.
 */
export const FactLine = z.object({
  id: z.string().max(128).optional(),
  text: FactText,
  category: FactCategory.default('general'),
  source: FiledSource.optional(),
  created_at: z.iso.datetime().optional(),
  superseded_by: z.string().max(128).nullish(),
  /** What became of this one fact. */
  history: z.array(FiledChange).max(FACT_LINE_MAX_CHANGES).optional(),
});
export type FactLine = z.infer<typeof FactLine>;

/** What became of the lines of a file. */
export const FactsImported = z.object({
  imported: z.int().nonnegative(),
  /** They were known already. */
  known: z.int().nonnegative(),
});
export type FactsImported = z.infer<typeof FactsImported>;
