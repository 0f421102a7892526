import { z } from 'zod';

export type JsonSchema = z.core.JSONSchema.JSONSchema;
type Direction = 'input' | 'output';

/** Collects named schemas where an OpenAPI document keeps them. */
export interface SchemaCollector {
  /** JSON Schema of what a caller sends (`input`) or gets (`output`); what has an `id` is a reference. */
  toSchema(schema: z.ZodType, io: Direction): JsonSchema;
  /** All that was named so far. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
}

const LOCAL = '#/$defs/';
const SHARED = '#/components/schemas/';
/** zod's name for a part that refers to itself and has no id: here that is always any JSON value. */
const RECURSIVE = /^__schema\d+$/;

export function createSchemaCollector(): SchemaCollector {
  const schemas: Record<string, JsonSchema> = {};
  return {
    schemas,
    toSchema(schema, io) {
      const { root, parts } = convert(schema, io);
      const names = new Map(
        Object.entries(parts).map(([local, part]) => [
          local,
          chooseName(schemas, { local, part, io }),
        ]),
      );
      for (const [local, part] of Object.entries(parts))
        schemas[names.get(local) ?? local] = relink(part, names);
      return relink(root, names);
    },
  };
}

interface Part {
  readonly local: string;
  readonly part: JsonSchema;
  readonly io: Direction;
}

/** A part that reads otherwise when it goes the other way has another name there. */
function chooseName(known: SchemaCollector['schemas'], { local, part, io }: Part): string {
  if (RECURSIVE.test(local)) return 'JsonValue';
  const other = known[local];
  const isSame = JSON.stringify(relink(part, new Map())) === JSON.stringify(other);
  if (other === undefined || isSame) return local;
  return `${local}${io === 'input' ? 'Input' : 'Output'}`;
}

interface Converted {
  readonly root: JsonSchema;
  readonly parts: Readonly<Record<string, JsonSchema>>;
}

/** Wrapped, so that a schema which has an id itself is a reference too. */
function convert(schema: z.ZodType, io: Direction): Converted {
  const { properties, $defs = {} } = z.toJSONSchema(z.object({ root: schema }), {
    io,
    unrepresentable: 'any',
  });
  const root = properties?.['root'];
  return { root: typeof root === 'object' ? root : {}, parts: $defs };
}

/** Points every reference to where the document keeps the part; a format says more than the pattern behind it. */
function relink(schema: JsonSchema, names: ReadonlyMap<string, string>): JsonSchema {
  const text = JSON.stringify(schema, function (this: JsonSchema, key, value: unknown) {
    if (key === 'pattern' && this.format !== undefined) return undefined;
    if (key !== '$ref' || typeof value !== 'string' || !value.startsWith(LOCAL)) return value;
    const local = value.slice(LOCAL.length);
    return `${SHARED}${names.get(local) ?? (RECURSIVE.test(local) ? 'JsonValue' : local)}`;
  });
  return JSON.parse(text);
}
