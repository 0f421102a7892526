import { FactCategory, FactId, OrgId, UserId } from '@bakerst/contracts';
import { z } from 'zod';

const Tenant = z.object({ org: OrgId, user: UserId });

/** What the thread that searches is asked. */
export const SearchAsk = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('words'),
    number: z.int(),
    tenant: Tenant,
    words: z.array(z.string()),
    category: FactCategory.optional(),
    limit: z.int(),
  }),
  z.object({
    kind: z.literal('nearest'),
    number: z.int(),
    tenant: Tenant,
    vector: z.custom<Float32Array>((value) => value instanceof Float32Array),
    embedding: z.string(),
    limit: z.int(),
  }),
]);
export type SearchAsk = z.infer<typeof SearchAsk>;

/** What it answers. */
export const SearchAnswer = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('words'), number: z.int(), ids: z.array(FactId) }),
  z.object({
    kind: z.literal('nearest'),
    number: z.int(),
    near: z.array(z.object({ id: FactId, cosine: z.number() })),
  }),
  z.object({ kind: z.literal('failed'), number: z.int(), message: z.string() }),
]);
export type SearchAnswer = z.infer<typeof SearchAnswer>;
