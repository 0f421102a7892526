import type { CompatEvent, Endpoint, JsonRpc, UserEvent } from '@bakerst/contracts';
import type { DeliveryEvent } from '@bakerst/contracts/channels';
import type { z } from 'zod';
import { ApiError } from './api-error.ts';
import {
  type ReceivedEvent,
  readCompatEvents,
  readDeliveryEvents,
  readEvents,
  readJsonRpc,
  readUserEvents,
  type UnreadableDelivery,
} from './read-events.ts';

export interface ClientOptions {
  /** Address of the brain, without a path. */
  readonly baseUrl: string;
  /** Left out in a browser, which has a session in a cookie. */
  readonly token?: string;
}

/** For a call that nobody may want any more before it is answered. */
export interface Cancelling {
  readonly signal?: AbortSignal;
}

export interface CallOptions extends Cancelling {
  /** Repeating a call with the same key starts nothing twice. */
  readonly idempotencyKey?: string;
}

export interface FollowOptions extends CallOptions {
  /** The last event that was received: the stream goes on behind it. */
  readonly lastEventId?: string;
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

interface CallInput extends FollowOptions {
  /** What stands for the braces of the path. */
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Query | undefined;
  /** In the place of the client's own. */
  readonly token?: string;
  /** Where an endpoint wants to be told. */
  readonly accept?: string;
  /** Sent as JSON, or as it is when it is a form. */
  readonly body?: unknown;
}

/** An endpoint that answers with JSON under this status. */
type Answering<Status extends number, T extends z.ZodType> = Endpoint & {
  readonly answers: { readonly [status in Status]: T };
};

/** Calls endpoints. Every method throws ApiError for an answer that is no success. */
export interface Call {
  json<T extends z.ZodType>(endpoint: Answering<200, T>, input?: CallInput): Promise<z.output<T>>;
  created<T extends z.ZodType>(
    endpoint: Answering<201, T>,
    input?: CallInput,
  ): Promise<z.output<T>>;
  accepted<T extends z.ZodType>(
    endpoint: Answering<202, T>,
    input?: CallInput,
  ): Promise<z.output<T>>;
  /** For one that answers at once (200) or later (202). */
  either<T extends z.ZodType, L extends z.ZodType>(
    endpoint: Answering<200, T> & Answering<202, L>,
    input?: CallInput,
  ): Promise<z.output<T> | z.output<L>>;
  /** For an endpoint that answers without a body. */
  nothing(endpoint: Endpoint, input?: CallInput): Promise<void>;
  text(endpoint: Endpoint, input?: CallInput): Promise<string>;
  bytes(endpoint: Endpoint, input?: CallInput): Promise<Uint8Array>;
  events(endpoint: Endpoint, input?: CallInput): AsyncGenerator<ReceivedEvent>;
  userEvents(endpoint: Endpoint, input?: CallInput): AsyncGenerator<UserEvent>;
  deliveryEvents(
    endpoint: Endpoint,
    input?: CallInput,
  ): AsyncGenerator<DeliveryEvent | UnreadableDelivery>;
  compatEvents(endpoint: Endpoint, input?: CallInput): AsyncGenerator<CompatEvent>;
  jsonRpc(endpoint: Endpoint, input?: CallInput): AsyncGenerator<JsonRpc>;
}

export function createCall(options: ClientOptions): Call {
  const send = async (endpoint: Endpoint, input: CallInput = {}): Promise<Response> => {
    const response = await fetch(
      toUrl(options, endpoint, input),
      toRequest(options, endpoint, input),
    );
    if (!response.ok) throw new ApiError(response, await response.text());
    return response;
  };
  const read = async (endpoint: Endpoint, input?: CallInput): Promise<unknown> =>
    await (await send(endpoint, input)).json();
  return {
    json: async (endpoint, input) => endpoint.answers[200].parse(await read(endpoint, input)),
    created: async (endpoint, input) => endpoint.answers[201].parse(await read(endpoint, input)),
    accepted: async (endpoint, input) => endpoint.answers[202].parse(await read(endpoint, input)),
    async either(endpoint, input) {
      const response = await send(endpoint, input);
      const schema = response.status === 202 ? endpoint.answers[202] : endpoint.answers[200];
      return schema.parse(await response.json());
    },
    async nothing(endpoint, input) {
      await (await send(endpoint, input)).body?.cancel();
    },
    text: async (endpoint, input) => await (await send(endpoint, input)).text(),
    bytes: async (endpoint, input) =>
      new Uint8Array(await (await send(endpoint, input)).arrayBuffer()),
    async *events(endpoint, input) {
      const { body } = await send(endpoint, input);
      if (body !== null) yield* readEvents(body);
    },
    async *userEvents(endpoint, input) {
      const { body } = await send(endpoint, input);
      if (body !== null) yield* readUserEvents(body);
    },
    async *deliveryEvents(endpoint, input) {
      const { body } = await send(endpoint, input);
      if (body !== null) yield* readDeliveryEvents(body);
    },
    async *compatEvents(endpoint, input) {
      const { body } = await send(endpoint, input);
      if (body !== null) yield* readCompatEvents(body);
    },
    async *jsonRpc(endpoint, input) {
      const { body } = await send(endpoint, input);
      if (body !== null) yield* readJsonRpc(body);
    },
  };
}

function toUrl({ baseUrl }: ClientOptions, { path }: Endpoint, { params, query }: CallInput): URL {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(params?.[name] ?? ''),
  );
  const url = new URL(filled, baseUrl);
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
}

function toRequest(options: ClientOptions, { method }: Endpoint, input: CallInput): RequestInit {
  const { body, accept, signal, idempotencyKey, lastEventId, token = options.token } = input;
  const isForm = body instanceof FormData;
  return {
    method: method.toUpperCase(),
    headers: {
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
      ...(body !== undefined && !isForm && { 'Content-Type': 'application/json' }),
      ...(accept !== undefined && { Accept: accept }),
      ...(idempotencyKey !== undefined && { 'Idempotency-Key': idempotencyKey }),
      ...(lastEventId !== undefined && { 'Last-Event-ID': lastEventId }),
    },
    ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
    ...(signal !== undefined && { signal }),
  };
}
