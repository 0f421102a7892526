import * as clientNode from '@kubernetes/client-node';
import * as apps from 'kubernetes-models/apps/v1';
import * as batch from 'kubernetes-models/batch/v1';
import * as networking from 'kubernetes-models/networking.k8s.io/v1';
import * as policy from 'kubernetes-models/policy/v1';
import * as scheduling from 'kubernetes-models/scheduling.k8s.io/v1';
import * as core from 'kubernetes-models/v1';
import { z } from 'zod';
import { CUSTOM } from './custom-resources.ts';
import type { Manifest } from './manifest.ts';

const MODELS: Readonly<Record<string, object>> = {
  v1: core,
  'apps/v1': apps,
  'batch/v1': batch,
  'networking.k8s.io/v1': networking,
  'policy/v1': policy,
  'scheduling.k8s.io/v1': scheduling,
};

/** What an API server would refuse: fields that do not exist, wrong types, values that are not allowed, missing fields. */
export function checkSchema(manifest: Manifest): readonly string[] {
  const { apiVersion, kind, name, value } = manifest;
  const custom = CUSTOM[`${apiVersion} ${kind}`];
  const problems =
    custom === undefined
      ? [...checkType(value, typeNameOf(manifest), ''), ...checkValues(manifest)]
      : explain(custom.safeParse(value));
  return problems.map((problem) => `${kind}/${name}: ${problem}`);
}

function explain(parsed: z.ZodSafeParseResult<unknown>): readonly string[] {
  return parsed.error?.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`) ?? [];
}

/** The client's classes are named by version and kind: V1Deployment. */
function typeNameOf({ apiVersion, kind }: Manifest): string {
  const version = apiVersion.split('/').at(-1) ?? '';
  return `${version.charAt(0).toUpperCase()}${version.slice(1)}${kind}`;
}

const Attributes = z.array(z.object({ baseName: z.string(), type: z.string() }));

const PRIMITIVES: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  IntOrString: (value) => typeof value === 'string' || Number.isInteger(value),
  Date: (value) => typeof value === 'string',
  any: () => true,
  object: (value) => typeof value === 'object',
};

/** Compares a value with the type that the client has for it, and goes on into its fields. */
function checkType(value: unknown, type: string, path: string): readonly string[] {
  const inList = /^Array<(.+)>$/.exec(type)?.[1];
  if (inList !== undefined) return checkList(value, inList, path);
  const inMap = /^\{ \[key: string\]: (.+); \}$/.exec(type)?.[1];
  const isPrimitive = PRIMITIVES[type];
  if (isPrimitive !== undefined)
    return isPrimitive(value) ? [] : [`${path} must be a ${type}, not ${JSON.stringify(value)}`];
  if (typeof value !== 'object' || value === null) return [`${path} must be an object`];
  const fields = Object.entries(value);
  if (inMap !== undefined)
    return fields.flatMap(([name, inner]) => checkType(inner, inMap, `${path}.${name}`));
  const known = attributesOf(type);
  if (known === undefined) return [`${path} has the unknown type ${type}`];
  return fields.flatMap(([name, inner]) => {
    const attribute = known.find(({ baseName }) => baseName === name);
    if (attribute === undefined) return [`${path}.${name} is no field of ${type}`];
    return checkType(inner, attribute.type, `${path}.${name}`);
  });
}

function checkList(value: unknown, type: string, path: string): readonly string[] {
  if (!Array.isArray(value)) return [`${path} must be a list`];
  return value.flatMap((inner, index) => checkType(inner, type, `${path}[${index}]`));
}

function attributesOf(type: string): z.infer<typeof Attributes> | undefined {
  const found: unknown = Reflect.get(clientNode, type);
  if (typeof found !== 'function') return undefined;
  return Attributes.safeParse(Reflect.get(found, 'attributeTypeMap')).data;
}

/** Values and missing fields, by the schemas of Kubernetes itself. */
function checkValues({ apiVersion, kind, value }: Manifest): readonly string[] {
  const model: unknown = Reflect.get(MODELS[apiVersion] ?? {}, kind);
  if (typeof model !== 'function') return [`nothing is known of ${apiVersion} ${kind}`];
  const made: unknown = Reflect.construct(model, [value]);
  const validate: unknown = Reflect.get(Object(made), 'validate');
  if (typeof validate !== 'function') return [`nothing is known of ${apiVersion} ${kind}`];
  try {
    Reflect.apply(validate, made, []);
    return [];
  } catch (cause) {
    return [cause instanceof Error ? cause.message : String(cause)];
  }
}
