import { createHash } from 'node:crypto';
import { z } from 'zod';
import { foldText } from '../../conversations/find-words.ts';
import { toContentWords } from '../stop-words.ts';
import { type JsonAnswer, type JsonServer, openJsonServer } from './json-server.ts';

const texts = z.array(z.string().min(1)).min(1).max(1_000);
const BODIES = {
  voyage: z.strictObject({
    model: z.literal('voyage-3.5-lite'),
    input: texts,
    input_type: z.enum(['document', 'query']),
    truncation: z.boolean().optional(),
  }),
  openai: z.strictObject({
    model: z.string().min(1),
    input: texts,
    encoding_format: z.literal('float').optional(),
  }),
} as const;

const DIMENSION = 64;

interface FakeOptions {
  readonly kind: keyof typeof BODIES;
  readonly apiKey?: string;
  readonly dimension?: number;
  /** Texts for which it refuses a request, as servers do with what is too long for their model. */
  readonly refuses?: RegExp;
}

export interface FakeEmbeddings extends JsonServer {
  /** What a client of it is given as its address. */
  readonly baseUrl: string;
}

/** An embedder that refuses whatever the real ones would not understand; texts with the same words have the same vector. */
export async function openFakeEmbeddings(options: FakeOptions): Promise<FakeEmbeddings> {
  const { kind, apiKey, dimension = DIMENSION, refuses } = options;
  const server = await openJsonServer(({ method, path, headers, body }): JsonAnswer => {
    if (method !== 'POST' || path !== '/v1/embeddings') return { status: 404, body: {} };
    if (headers['content-type'] !== 'application/json') return { status: 415, body: {} };
    if (apiKey !== undefined && headers.authorization !== `Bearer ${apiKey}`)
      return { status: 401, body: {} };
    const asked = BODIES[kind].safeParse(body);
    if (!asked.success) return { status: 400, body: { detail: asked.error.message } };
    if (asked.data.input.some((text) => refuses?.test(text)))
      return { status: 400, body: { detail: 'the input is too long' } };
    const data = asked.data.input.map((text, index) => {
      return { object: 'embedding', index, embedding: embedWords(text, dimension) };
    });
    // Nobody promises that they come in order.
    return { status: 200, body: { object: 'list', data: data.toReversed(), model: 'it' } };
  });
  return Object.assign(server, { baseUrl: `${server.url}/v1` });
}

/** Each word is a direction; none is of length 1 yet. */
function embedWords(text: string, dimension: number): readonly number[] {
  const sum = new Array<number>(dimension).fill(0);
  const words = toContentWords(foldText(text).match(/[\p{L}\p{N}]+/gu) ?? []);
  for (const word of words.length === 0 ? [text] : words)
    for (const at of sum.keys()) sum[at] = (sum[at] ?? 0) + toNumber(`${word}/${at}`);
  return sum;
}

function toNumber(text: string): number {
  return createHash('sha256').update(text).digest().readInt32BE(0) / 2 ** 31;
}
