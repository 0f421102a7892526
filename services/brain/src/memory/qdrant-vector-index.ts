import { FactId, type Tenant } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import type { QdrantClient } from '@qdrant/js-client-rest';
import { z } from 'zod';
import { type Breaker, toRefusal } from './breaker.ts';
import type { QdrantConfig } from './memory-config.ts';
import type { Embedded, VectorIndex } from './ports.ts';

const COLLECTION = 'memories';
const DEFAULT_PORT = 6333;
const TIMEOUT_MS = 5_000;
/** Keyword fields that searches filter by; the first one tells tenants apart. */
const TENANT_FIELD = 'tenant';
const EMBEDDING_FIELD = 'embedding';

/** Vectors in one collection of Qdrant, which is made when it is missing. */
export function createQdrantVectorIndex(config: QdrantConfig, breaker: Breaker): VectorIndex {
  let opened: Promise<QdrantClient> | undefined;
  const ask = <T>(work: (client: QdrantClient) => Promise<T>): Promise<T> =>
    breaker(async () => {
      try {
        opened ??= openClient(config);
        return await work(await opened);
      } catch (cause) {
        throw unavailable(cause);
      }
    });
  return {
    nearest: (tenant, to, limit) =>
      ask(async (client) => {
        const filter = toFilter(tenant, to);
        const wanted = { query: [...to.vector], filter, limit, with_payload: false };
        const found = await client.query(COLLECTION, wanted).catch(unlessMissing);
        const points = found?.points ?? [];
        return points.map(({ id, score }) => ({ id: FactId.parse(id), cosine: score }));
      }),
    put: (points) =>
      ask(async (client) => {
        await client.upsert(COLLECTION, {
          wait: true,
          points: points.map(({ fact, vector, embedding }) => ({
            id: fact.id,
            vector: [...vector],
            payload: {
              org_id: fact.tenant.org,
              user_id: fact.tenant.user,
              [TENANT_FIELD]: toTenantWord(fact.tenant),
              [EMBEDDING_FIELD]: embedding,
            },
          })),
        });
      }),
    forget: (ids) =>
      ask(async (client) => {
        const gone = { wait: true, points: [...ids] };
        await client.delete(COLLECTION, gone).catch(unlessMissing);
      }),
    prepare: ({ vector }) => ask((client) => ensureCollection(client, vector.length)),
    probe: () => ask(async (client) => void (await client.getCollections())),
  };
}

/** What the client throws for an answer that is none. */
const Failure = z.object({ status: z.int().optional(), retry_after: z.number().optional() });

function unavailable(cause: unknown): AppError {
  const { status = 0, retry_after } = Failure.safeParse(cause).data ?? {};
  const reason = toRefusal(status) ?? 'QDRANT_UNAVAILABLE';
  const retry = retry_after !== undefined && { retryAfterMs: retry_after * 1_000 };
  const message = 'Qdrant does not do what it is asked';
  return new AppError('UNAVAILABLE', message, { cause, reason, ...retry });
}

/** Before there are facts there is no collection either. */
function unlessMissing(err: unknown): undefined {
  if (err instanceof Error && 'status' in err && err.status === 404) return undefined;
  throw err;
}

/** What every search is narrowed to; there is no search without it. */
function toFilter(tenant: Tenant, { embedding }: Embedded) {
  return {
    must: [
      { key: TENANT_FIELD, match: { value: toTenantWord(tenant) } },
      { key: EMBEDDING_FIELD, match: { value: embedding } },
    ],
  };
}

/** No id holds a slash. */
function toTenantWord({ org, user }: Tenant): string {
  return `${org}/${user}`;
}

/** Loaded when it is needed: whoever has no Qdrant saves its 30 MB. */
async function openClient({ url, apiKey }: QdrantConfig): Promise<QdrantClient> {
  const { QdrantClient: Client } = await import('@qdrant/js-client-rest');
  const { origin, pathname } = new URL(url);
  return new Client({
    url: origin,
    // The client takes a port that is the protocol's own for none.
    port: Number(/:(\d+)(?:\/|$)/.exec(url)?.[1] ?? DEFAULT_PORT),
    prefix: pathname.replace(/\/+$/, ''),
    timeout: TIMEOUT_MS,
    checkCompatibility: false,
    ...(apiKey !== undefined && { headers: { 'api-key': apiKey } }),
  });
}

/** True when the collection was made anew; one for vectors of another length gives way, for it can be filled again. */
async function ensureCollection(client: QdrantClient, size: number): Promise<boolean> {
  const { exists } = await client.collectionExists(COLLECTION);
  if (exists) {
    const { config } = await client.getCollection(COLLECTION);
    if (config.params.vectors?.size === size) return false;
    await client.deleteCollection(COLLECTION);
  }
  await client.createCollection(COLLECTION, { vectors: { size, distance: 'Cosine' } });
  await client.createPayloadIndex(COLLECTION, {
    wait: true,
    field_name: TENANT_FIELD,
    field_schema: { type: 'keyword', is_tenant: true },
  });
  await client.createPayloadIndex(COLLECTION, {
    wait: true,
    field_name: EMBEDDING_FIELD,
    field_schema: 'keyword',
  });
  return true;
}
