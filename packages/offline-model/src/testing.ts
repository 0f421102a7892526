import { isRecord, type JsonObject } from './api/narrow.ts';
import { openOfflineModel } from './offline/open-offline-model.ts';
import { parseToolInput } from './reply/to-message.ts';
import type { ModelServer } from './server/open-model-server.ts';

export interface SseEvent {
  readonly event: string;
  readonly data: JsonObject;
}

interface PostOptions {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** What every client of the API sends along. */
export const API_HEADERS = {
  'x-api-key': 'key-of-gary',
  'anthropic-version': '2026-10-21',
} as const;

/** A body that the API takes: gary's words, and what else is given. */
export function buildBody(words: string, fields: JsonObject = {}): JsonObject {
  return {
    model: 'claude-sonnet-5-5',
    max_tokens: 1_000,
    messages: [{ role: 'user', content: words }],
    ...fields,
  };
}

export function buildTool(name: string, properties: JsonObject = {}): JsonObject {
  return { name, input_schema: { type: 'object', properties } };
}

/** Posts a body, as JSON unless it is text already. */
export function post(
  model: Pick<ModelServer, 'url'>,
  body: JsonObject | string,
  { path = '/v1/messages', headers = API_HEADERS, signal }: PostOptions = {},
): Promise<Response> {
  return fetch(`${model.url}${path}`, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal !== undefined && { signal }),
  });
}

export async function readJson(response: Response): Promise<JsonObject> {
  const value: unknown = await response.json();
  if (!isRecord(value)) throw new Error('expected a JSON object');
  return value;
}

/** Posts a body and gives the whole message. */
export async function postForMessage(
  model: Pick<ModelServer, 'url'>,
  body: JsonObject,
): Promise<JsonObject> {
  return readJson(await post(model, body));
}

/** The events of a stream as they arrive; throws when the connection ends before the answer does. */
export async function* readEvents(response: Response): AsyncGenerator<SseEvent> {
  if (response.body === null) throw new Error('expected a body');
  let rest = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const frames = (rest + text).split('\n\n');
    rest = frames.pop() ?? '';
    for (const frame of frames) yield parseFrame(frame);
  }
}

export async function readAllEvents(response: Response): Promise<readonly SseEvent[]> {
  const events: SseEvent[] = [];
  for await (const event of readEvents(response)) events.push(event);
  return events;
}

/** Puts the deltas of a stream together to the content of its message, as a client does. */
export function joinContent(events: readonly SseEvent[]): readonly JsonObject[] {
  const started = events.filter(({ event }) => event === 'content_block_start');
  return started.map(({ data }) => {
    const deltas = events
      .filter(
        (other) => other.event === 'content_block_delta' && other.data['index'] === data['index'],
      )
      .map((other) => toRecord(other.data['delta']));
    return finishBlock(toRecord(data['content_block']), deltas);
  });
}

export function toRecord(value: unknown): JsonObject {
  if (!isRecord(value)) throw new Error('expected an object');
  return value;
}

/** The text blocks of a message, joined. */
export function readText(message: JsonObject): string {
  const { content } = message;
  if (!Array.isArray(content)) throw new Error('expected content');
  return content.map((block: unknown) => String(toRecord(block)['text'] ?? '')).join('');
}

function finishBlock(block: JsonObject, deltas: readonly JsonObject[]): JsonObject {
  const join = (name: string): string => deltas.map((delta) => String(delta[name] ?? '')).join('');
  switch (block['type']) {
    case 'text':
      return { ...block, text: join('text') };
    case 'thinking':
      return { ...block, thinking: join('thinking'), signature: join('signature') };
    case 'tool_use':
      return { ...block, input: parseToolInput(join('partial_json')) };
    default:
      throw new Error(`unexpected block ${String(block['type'])}`);
  }
}

function parseFrame(frame: string): SseEvent {
  const [first = '', second = ''] = frame.split('\n');
  const data: unknown = JSON.parse(second.replace(/^data: /, ''));
  return { event: first.replace(/^event: /, ''), data: toRecord(data) };
}

export interface Talk {
  readonly tools: readonly JsonObject[];
  /** What each tool call is answered, in order; an Error is an error result. */
  readonly results?: readonly (string | Error)[];
  readonly before?: readonly JsonObject[];
}

export interface Spoken {
  readonly text: string;
  readonly calls: readonly JsonObject[];
}

/** Plays gary's side: asks, answers tool calls from the list, and gives what was called and said in the end. */
export async function talk(
  words: string,
  { tools, results = [], before = [] }: Talk,
): Promise<Spoken> {
  await using model = await openOfflineModel();
  const messages: JsonObject[] = [...before, { role: 'user', content: words }];
  const calls: JsonObject[] = [];
  const left = [...results];
  for (;;) {
    const message = await postForMessage(model, buildBody('', { messages, tools }));
    const made = readCalls(message);
    if (made.length === 0) return { text: readText(message), calls };
    calls.push(...made.map(({ name, input }) => ({ name, input })));
    const content = made.map(({ id }) => toResult(id, left.shift()));
    messages.push({ role: 'assistant', content: message['content'] }, { role: 'user', content });
  }
}

export function readCalls(message: JsonObject): readonly JsonObject[] {
  const content = Array.isArray(message['content']) ? message['content'].map(toRecord) : [];
  return content.filter(({ type }) => type === 'tool_use');
}

function toResult(id: unknown, result: string | Error | undefined): JsonObject {
  const isError = result instanceof Error;
  const content = isError ? result.message : (result ?? 'no more results');
  return { type: 'tool_result', tool_use_id: id, content, is_error: isError };
}
