import type { z } from 'zod';
import type { Answer, Endpoint } from '../api/endpoint.ts';
import { ErrorBody, type ErrorCode, ErrorStatuses } from '../error-codes.ts';
import { SESSION_COOKIE } from '../session.ts';
import {
  createSchemaCollector,
  type JsonSchema,
  type SchemaCollector,
} from './schema-collector.ts';

/** An OpenAPI 3.1 document; the parts that nobody here reads are not typed. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly securitySchemes: object;
  };
  readonly tags: readonly { readonly name: string }[];
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, Response>>;
  readonly callbacks?: Readonly<Record<string, Callback>>;
}

/** By where its address stands in the request. */
type Callback = Readonly<
  Record<string, { readonly post: Pick<Operation, 'requestBody' | 'responses'> }>
>;

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: JsonSchema;
}

type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>;

interface Response {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly schema: JsonSchema }>>;
  readonly content?: Content;
}

const DESCRIPTION = `Errors are always JSON: \`error\` and \`message\` for people, \`code\` and \`reason\` for programs, \`request_id\` for the log. A credential that stands for more than one user names whom it means by \`org\` and \`user_id\`.`;

/** Every refusal that any endpoint with a token may give. */
const COMMON: readonly ErrorCode[] = [
  'VALIDATION_ERROR',
  'AUTHENTICATION_ERROR',
  'AUTHORIZATION_ERROR',
  'RATE_LIMIT_EXCEEDED',
  'INTERNAL_ERROR',
  'UNAVAILABLE',
];
/** The same for one with a body. */
const OF_BODIES: readonly ErrorCode[] = [
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'STORAGE_FULL',
];

/** Statuses that say when to come again. */
const WAITING: ReadonlySet<number> = new Set([429, 503, 507]);

const TEXT = { type: 'string' } as const;

/** Describes the endpoints for programs that were written from this alone. */
export function createOpenApi(
  endpoints: Readonly<Record<string, Endpoint>>,
  version: string,
): OpenApiDocument {
  const collector = createSchemaCollector();
  const paths: Record<string, Record<string, Operation>> = {};
  for (const [id, each] of Object.entries(endpoints)) {
    paths[each.path] ??= {};
    Object.assign(paths[each.path] ?? {}, { [each.method]: toOperation(collector, id, each) });
  }
  return {
    openapi: '3.1.0',
    info: { title: 'bakerst', version, description: DESCRIPTION },
    tags: [...new Set(Object.values(endpoints).map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: collector.schemas,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE },
      },
    },
  };
}

function toOperation(collector: SchemaCollector, id: string, each: Endpoint): Operation {
  const parameters = toParameters(collector, each);
  const body = toBody(collector, each);
  return {
    operationId: id,
    summary: each.summary,
    tags: [each.tag],
    security: toSecurity(each),
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && { requestBody: body }),
    responses: { ...toAnswers(collector, each), ...toRefusals(collector, each) },
    ...(each.callback !== undefined && {
      callbacks: { progress: toCallback(collector, each.callback) },
    }),
  };
}

/** The page of a browser has a cookie in place of a token. */
function toSecurity({ isOpen, path }: Endpoint): Operation['security'] {
  if (isOpen === true) return [];
  return path.startsWith('/api/') ? [{ bearer: [] }, { session: [] }] : [{ bearer: [] }];
}

function toCallback(collector: SchemaCollector, event: z.ZodType): Callback {
  const schema = collector.toSchema(event, 'output');
  const requestBody = { required: true, content: { 'application/json': { schema } } };
  const responses = { '2XX': { description: 'taken; anything else is tried again' } };
  return { '{$request.body#/progress_callback_url}': { post: { requestBody, responses } } };
}

function toParameters(collector: SchemaCollector, each: Endpoint): readonly Parameter[] {
  const inPath = [...each.path.matchAll(/\{(\w+)\}/g)].map(
    ([, name = '']): Parameter => ({ name, in: 'path', required: true, schema: TEXT }),
  );
  const query = each.query === undefined ? undefined : collector.toSchema(each.query, 'input');
  const inQuery = Object.entries(query?.properties ?? {}).map(
    ([name, schema]): Parameter => ({
      name,
      in: 'query',
      required: query?.required?.includes(name) === true,
      schema: typeof schema === 'object' ? schema : {},
    }),
  );
  const header = (name: string, schema: JsonSchema): Parameter => ({
    name,
    in: 'header',
    required: false,
    schema,
  });
  return [
    ...inPath,
    ...inQuery,
    ...(each.isKeyed === true
      ? [header('Idempotency-Key', { type: 'string', minLength: 1, maxLength: 255 })]
      : []),
    ...(each.isTagged === true && each.method !== 'get'
      ? [header('If-Match', { type: 'string' })]
      : []),
    ...(each.isResumable === true ? [header('Last-Event-ID', { type: 'string' })] : []),
  ];
}

function toBody(collector: SchemaCollector, each: Endpoint): Operation['requestBody'] {
  if (each.isUpload === true)
    return {
      required: true,
      content: {
        'multipart/form-data': {
          schema: {
            type: 'object',
            properties: { file: { type: 'string', format: 'binary' } },
            required: ['file'],
          },
        },
      },
    };
  if (each.body === undefined) return undefined;
  const schema = collector.toSchema(each.body, 'input');
  return { required: each.isBodyOptional !== true, content: { 'application/json': { schema } } };
}

function toAnswers(collector: SchemaCollector, each: Endpoint): Record<string, Response> {
  const names = [...(each.headers ?? []), ...(each.isTagged === true ? ['ETag'] : [])];
  const headers = names.length === 0 ? {} : { headers: toHeaders(names) };
  return Object.fromEntries(
    Object.entries(each.answers).map(([status, answer]) => [
      status,
      { ...toAnswer(collector, answer), ...headers },
    ]),
  );
}

function toHeaders(names: readonly string[]): NonNullable<Response['headers']> {
  return Object.fromEntries(names.map((name) => [name, { schema: TEXT }]));
}

function toAnswer(collector: SchemaCollector, answer: Answer | readonly Answer[]): Response {
  if (isList(answer)) {
    const formats = answer.map((each) => toAnswer(collector, each));
    return {
      description: 'success',
      content: Object.assign({}, ...formats.map(({ content }) => content)),
    };
  }
  if (!('media' in answer)) return json('success', collector.toSchema(answer, 'output'));
  const { media } = answer;
  if (media === 'none') return { description: 'success, without a body' };
  if (media !== 'text/event-stream')
    return { description: 'success', content: { [media]: { schema: TEXT } } };
  const schema = collector.toSchema(answer.schema, 'output');
  return { description: 'one event in each `data:` line', content: { [media]: { schema } } };
}

function isList(answer: Answer | readonly Answer[]): answer is readonly Answer[] {
  return Array.isArray(answer);
}

function toRefusals(collector: SchemaCollector, each: Endpoint): Record<string, Response> {
  if (each.isOpen === true && each.errors === undefined) return {};
  const usual = [...COMMON, ...(each.method === 'get' ? [] : OF_BODIES)];
  const codes = [...(each.isOpen === true ? [] : usual), ...(each.errors ?? [])];
  const byStatus = Map.groupBy(new Set(codes), (code) => ErrorStatuses[code]);
  const schema = collector.toSchema(ErrorBody, 'output');
  const described = [...byStatus].map(([status, those]) => [
    status,
    {
      ...json(those.join(', '), schema),
      ...(WAITING.has(status) && { headers: toHeaders(['Retry-After']) }),
    },
  ]);
  return { ...Object.fromEntries(described), default: json('any other refusal', schema) };
}

function json(description: string, schema: JsonSchema): Response {
  return { description, content: { 'application/json': { schema } } };
}
