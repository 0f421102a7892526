import type { OpenApiDocument, Operation } from '@bakerst/contracts';
import fc from 'fast-check';

type Schema = NonNullable<OpenApiDocument['components']['schemas'][string]>;

/** A request that an operation might get; `body` is undefined for one without. */
export interface WildRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
  /** A file instead of a body. */
  readonly file: Uint8Array<ArrayBuffer> | undefined;
}

export interface WildOptions {
  readonly document: OpenApiDocument;
  /** Ids that stand for something. */
  readonly ids: readonly string[];
}

/** Requests for every operation of the document: right ones, nearly right ones and wild ones. */
export function requestArbitrary(options: WildOptions): fc.Arbitrary<WildRequest> {
  const operations = Object.entries(options.document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  return fc
    .constantFrom(...operations)
    .chain(({ path, method, operation }) => toRequest(options, { path, method, operation }));
}

interface Place {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

function toRequest(
  { document, ids }: WildOptions,
  { path, method, operation }: Place,
): fc.Arbitrary<WildRequest> {
  const id = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...ids) },
    { weight: 1, arbitrary: fc.uuid() },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }) },
  );
  const names = [...path.matchAll(/\{(\w+)\}/g)].length;
  const valuesOf = (place: 'query' | 'header') =>
    fc.record(
      Object.fromEntries(
        (operation.parameters ?? [])
          .filter((parameter) => parameter.in === place)
          .map(({ name, schema }) => [name, wild(document, schema).map(asText)]),
      ),
      { requiredKeys: [] },
    );
  const schema = operation.requestBody?.content['application/json']?.schema;
  const isForm = operation.requestBody?.content['multipart/form-data'] !== undefined;
  return fc
    .record({
      ids: fc.array(id, { minLength: names, maxLength: names }),
      query: valuesOf('query'),
      headers: valuesOf('header'),
      body: schema === undefined ? fc.constant(undefined) : wildBody(document, schema),
      file: isForm ? fc.option(wildFile(), { nil: undefined }) : fc.constant(undefined),
    })
    .map((given) => {
      const left = [...given.ids];
      const filled = path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(left.pop() ?? 'x'));
      return { ...given, method, path: filled };
    });
}

/** The beginnings of files of every kind, and what is none. */
function wildFile(): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  const head = fc.constantFrom(
    '',
    'text ',
    '%PDF-1.7\n',
    '\x89PNG\r\n\x1a\n',
    'GIF89a',
    'PK\x03\x04',
  );
  return fc
    .tuple(head, fc.uint8Array({ maxLength: 500 }))
    .map(([text, bytes]) => new Uint8Array([...Buffer.from(text, 'latin1'), ...bytes]));
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** Mostly what the schema says, sometimes anything. */
function wild(document: OpenApiDocument, schema: Schema): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 4, arbitrary: toArbitrary(document, schema) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  );
}

/** The same, with one of its fields taken away or exchanged now and then. */
function wildBody(document: OpenApiDocument, schema: Schema): fc.Arbitrary<unknown> {
  return fc
    .record({
      body: wild(document, schema),
      spoil: fc.constantFrom('nothing', 'nothing', 'remove', 'exchange', 'add'),
      which: fc.nat(),
      value: fc.jsonValue({ maxDepth: 4 }),
    })
    .map(({ body, spoil, which, value }) => {
      if (typeof body !== 'object' || body === null || spoil === 'nothing') return body;
      const keys = Object.keys(body);
      const key = spoil === 'add' ? '__proto__ü' : keys[which % Math.max(1, keys.length)];
      if (key === undefined) return body;
      const others = Object.entries(body).filter(([name]) => name !== key);
      return Object.fromEntries(spoil === 'remove' ? others : [...others, [key, value]]);
    });
}

/** What a schema stands for by itself, apart from its type; undefined when its type decides. */
function toFixed(
  document: OpenApiDocument,
  schema: Schema,
  inner: (schema: Schema) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> | undefined {
  if (schema.$ref !== undefined)
    return inner(document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const variants = schema.anyOf ?? schema.oneOf;
  return variants && fc.oneof(...variants.map((each) => inner(toSchema(each))));
}

function toArbitrary(document: OpenApiDocument, schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  if (depth > 6) return fc.constant(null);
  const inner = (each: Schema) => toArbitrary(document, each, depth + 1);
  const fixed = toFixed(document, schema, inner);
  if (fixed !== undefined) return fixed;
  switch (schema.type) {
    case 'object':
      return toObject(schema, inner);
    case 'array':
      return fc.array(inner(toSchema(schema.items)), { maxLength: 12 });
    case 'string':
      return toText(schema);
    case 'integer':
      return fc.integer({
        min: Math.max(schema.minimum ?? -5, -1_000_000),
        max: Math.min(schema.maximum ?? 1_000, 2_000_000_000),
      });
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case 'boolean':
      return fc.boolean();
    default:
      return fc.jsonValue({ maxDepth: 3 });
  }
}

function toObject(
  { properties = {}, required = [] }: Schema,
  inner: (schema: Schema) => fc.Arbitrary<unknown>,
): fc.Arbitrary<unknown> {
  const fields = Object.entries(properties).map(
    ([name, each]) => [name, inner(toSchema(each))] as const,
  );
  return fc.record(Object.fromEntries(fields), { requiredKeys: required });
}

function toText({ format, pattern, maxLength = 200, minLength = 0 }: Schema): fc.Arbitrary<string> {
  const date = fc.date({ noInvalidDate: true }).map((each) => each.toISOString());
  if (format === 'uuid') return fc.uuid();
  if (format === 'date') return date.map((text) => text.slice(0, 10));
  if (format === 'date-time') return date;
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern, 'u'));
  const size = { minLength, maxLength: Math.min(maxLength, 300) };
  return fc.oneof(
    fc.string(size),
    fc.string({ ...size, unit: 'binary' }),
    fc.string({ ...size, unit: 'grapheme' }),
  );
}

/** Schemas of a kind that stands for anything, or for nothing, are taken for anything. */
function toSchema(value: Schema | boolean | readonly unknown[] | undefined): Schema {
  return typeof value === 'object' && 'length' in value === false ? value : {};
}
