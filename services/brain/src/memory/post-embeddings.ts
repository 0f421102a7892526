import { AppError } from '@bakerst/kit';
import { z } from 'zod';
import { type Breaker, toRefusal } from './breaker.ts';
import type { Embedded, Embedder, EmbedKind } from './ports.ts';

/** Texts that one request carries; of 2,000 characters each they stay far below every limit. */
const BATCH = 64;
const MAX_DIMENSION = 8_192;

const Answer = z.object({
  data: z
    .array(
      z.object({
        index: z.int().nonnegative(),
        embedding: z.array(z.number()).min(1).max(MAX_DIMENSION),
      }),
    )
    .max(BATCH),
});

interface EmbeddingsServer {
  /** Of `POST /embeddings`, without that. */
  readonly url: string;
  readonly model: string;
  readonly apiKey: string | undefined;
  readonly toBody: (texts: readonly string[], kind: EmbedKind) => object;
  readonly breaker: Breaker;
}

/**
 * An embedder behind `POST <url>/embeddings`, as several vendors have it. What it refuses is thrown with the reason
 * TEXT_REFUSED where that may be for one of the texts.
 */
export function createPostedEmbedder(server: EmbeddingsServer): Embedder {
  const { breaker } = server;
  return {
    async embed(texts, kind, signal) {
      const embedded: Embedded[] = [];
      for (let from = 0; from < texts.length; from += BATCH) {
        const batch = texts.slice(from, from + BATCH);
        embedded.push(...(await breaker(() => post(server, { texts: batch, kind, signal }))));
      }
      return embedded;
    },
  };
}

interface Batch {
  readonly texts: readonly string[];
  readonly kind: EmbedKind;
  readonly signal: AbortSignal;
}

async function post(
  { url, model, apiKey, toBody }: EmbeddingsServer,
  { texts, kind, signal }: Batch,
): Promise<readonly Embedded[]> {
  try {
    const response = await fetch(`${url}/embeddings`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(apiKey !== undefined && { Authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify({ model, ...toBody(texts, kind) }),
      redirect: 'error',
      signal,
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw toFailure(response);
    }
    const { data } = Answer.parse(await response.json());
    return texts.map((_, place) =>
      toEmbedded(
        model,
        data.find(({ index }) => index === place),
      ),
    );
  } catch (cause) {
    throw cause instanceof AppError ? cause : unavailable({ cause });
  }
}

function toFailure({ status, headers }: Response): AppError {
  const cause = new Error(`the embedder answered with status ${status}`);
  const reason = toRefusal(status);
  if (reason !== undefined)
    return new AppError('UNAVAILABLE', 'the embedder refuses what it is asked', { cause, reason });
  const retryAfterMs = readRetryAfter(headers.get('retry-after'));
  return unavailable({ cause, ...(retryAfterMs !== undefined && { retryAfterMs }) });
}

/** Seconds; a date would need its clock and ours to agree. */
function readRetryAfter(value: string | null): number | undefined {
  const seconds = /^\d{1,6}$/.exec(value ?? '')?.[0];
  return seconds === undefined ? undefined : Number(seconds) * 1_000;
}

function unavailable(options: {
  readonly cause: unknown;
  readonly retryAfterMs?: number;
}): AppError {
  const reason = 'EMBEDDER_UNAVAILABLE';
  return new AppError('UNAVAILABLE', 'the embedder gives no vectors', { ...options, reason });
}

function toEmbedded(
  model: string,
  found: z.infer<typeof Answer>['data'][number] | undefined,
): Embedded {
  const length = Math.hypot(...(found?.embedding ?? []));
  if (found === undefined || length === 0 || !Number.isFinite(length))
    throw new Error('the embedder left out a vector');
  const vector = Float32Array.from(found.embedding, (value) => value / length);
  return { vector, embedding: `${model}/${vector.length}` };
}
