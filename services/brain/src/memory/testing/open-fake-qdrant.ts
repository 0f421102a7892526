import { z } from 'zod';
import {
  type JsonAnswer,
  type JsonRequest,
  type JsonServer,
  openJsonServer,
} from './json-server.ts';

const Filter = z.strictObject({
  must: z.tuple([
    z.strictObject({
      key: z.literal('tenant'),
      match: z.strictObject({ value: z.string().regex(/^[^/]+\/[^/]+$/) }),
    }),
    z.strictObject({ key: z.literal('embedding'), match: z.strictObject({ value: z.string() }) }),
  ]),
});
const Query = z.strictObject({
  query: z.array(z.number()),
  filter: Filter,
  limit: z.int().positive(),
  with_payload: z.literal(false),
});
const Payload = z.strictObject({
  org_id: z.string(),
  user_id: z.string(),
  tenant: z.string(),
  embedding: z.string(),
});
const Upsert = z.strictObject({
  points: z
    .array(z.strictObject({ id: z.uuid(), vector: z.array(z.number()), payload: Payload }))
    .min(1),
});
const Create = z.strictObject({
  vectors: z.strictObject({ size: z.int().positive(), distance: z.literal('Cosine') }),
});
const Index = z.strictObject({
  field_name: z.enum(['tenant', 'embedding']),
  field_schema: z.union([
    z.literal('keyword'),
    z.strictObject({ type: z.literal('keyword'), is_tenant: z.literal(true) }),
  ]),
});
const Delete = z.strictObject({ points: z.array(z.uuid()) });

type Point = z.infer<typeof Upsert>['points'][number];

interface Collection {
  readonly size: number;
  readonly indexes: Map<string, unknown>;
  readonly points: Map<string, Point>;
}

interface Fake {
  collection: Collection | undefined;
}

export interface FakeQdrant extends JsonServer {
  /** Loses all that it has. */
  lose(): void;
  countPoints(): number;
}

/** As much of Qdrant as is used; it refuses requests that it does not know, and queries without the tenant's filter. */
export async function openFakeQdrant(apiKey: string): Promise<FakeQdrant> {
  const fake: Fake = { collection: undefined };
  const server = await openJsonServer((request) => {
    if (request.headers['api-key'] !== apiKey) return refuse(403, 'no key');
    const handle = ROUTES[`${request.method} ${request.path}`];
    if (handle === undefined) return refuse(404, `unknown: ${request.method} ${request.path}`);
    const isMade = fake.collection !== undefined || !request.path.includes('/points');
    if (!isMade) return refuse(404, 'there is no such collection');
    try {
      return handle(fake, request);
    } catch (err) {
      return refuse(400, String(err));
    }
  });
  return Object.assign(server, {
    lose() {
      fake.collection = undefined;
    },
    countPoints: () => fake.collection?.points.size ?? 0,
  });
}

const MEMORIES = '/collections/memories';

const ROUTES: Readonly<Record<string, (fake: Fake, request: JsonRequest) => JsonAnswer>> = {
  'GET /collections': () => give({ collections: [] }),
  [`GET ${MEMORIES}/exists`]: ({ collection }) => give({ exists: collection !== undefined }),
  [`GET ${MEMORIES}`]: (fake) => {
    const { size } = theCollection(fake);
    return give({ status: 'green', config: { params: { vectors: { size, distance: 'Cosine' } } } });
  },
  [`PUT ${MEMORIES}`](fake, { body }) {
    if (fake.collection !== undefined) return refuse(409, 'it exists');
    const { size } = Create.parse(body).vectors;
    fake.collection = { size, indexes: new Map(), points: new Map() };
    return give(true);
  },
  [`DELETE ${MEMORIES}`](fake) {
    fake.collection = undefined;
    return give(true);
  },
  [`PUT ${MEMORIES}/index?wait=true`](fake, { body }) {
    const { field_name, field_schema } = Index.parse(body);
    theCollection(fake).indexes.set(field_name, field_schema);
    return give({ status: 'completed' });
  },
  [`PUT ${MEMORIES}/points?wait=true`](fake, { body }) {
    const { size, points } = theCollection(fake);
    const added = Upsert.parse(body).points;
    if (added.some(({ vector }) => vector.length !== size)) return refuse(400, 'wrong length');
    for (const point of added) points.set(point.id, point);
    return give({ status: 'completed' });
  },
  [`POST ${MEMORIES}/points/delete?wait=true`](fake, { body }) {
    for (const id of Delete.parse(body).points) theCollection(fake).points.delete(id);
    return give({ status: 'completed' });
  },
  [`POST ${MEMORIES}/points/query`](fake, { body }) {
    const { query, filter, limit } = Query.parse(body);
    const { indexes, points, size } = theCollection(fake);
    if (typeof indexes.get('tenant') !== 'object') return refuse(400, 'no tenant index');
    if (query.length !== size) return refuse(400, 'wrong length');
    const [tenant, embedding] = filter.must;
    const found = [...points.values()]
      .filter(({ payload }) => payload.tenant === tenant.match.value)
      .filter(({ payload }) => payload.embedding === embedding.match.value)
      .map(({ id, vector }) => ({ id, version: 0, score: toCosine(query, vector) }))
      .toSorted((one, other) => other.score - one.score);
    return give({ points: found.slice(0, limit) });
  },
};

function theCollection({ collection }: Fake): Collection {
  if (collection === undefined) throw new Error('there is no collection');
  return collection;
}

function toCosine(one: readonly number[], other: readonly number[]): number {
  const dot = one.reduce((sum, value, at) => sum + value * (other[at] ?? 0), 0);
  return dot / (Math.hypot(...one) * Math.hypot(...other));
}

function give(result: unknown): JsonAnswer {
  return { status: 200, body: { result, status: 'ok', time: 0 } };
}

function refuse(status: number, error: string): JsonAnswer {
  return { status, body: { status: { error }, time: 0 } };
}
