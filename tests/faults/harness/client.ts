import { setTimeout as delay } from 'node:timers/promises';
import type { History } from './history.ts';
import { type Stage, SUPER_TOKEN } from './stage.ts';
import { until } from './until.ts';

const RETRY_MS = 150;

/** How a request is known in the history, and whom it is for. */
export interface Ask {
  readonly request: string;
  readonly user: string;
  readonly path: string;
  /** Makes it a POST. */
  readonly body?: object;
  readonly key?: string;
  /** Which brain is asked; any of them by default. */
  readonly brain?: number;
  /** Address instead of a brain's own. */
  readonly url?: string;
  readonly timeoutMs?: number;
}

interface Told {
  /** 0 when the connection broke, or nothing came in time. */
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly ms: number;
}

export interface FaultClient {
  /** Asks once; whatever comes of it is in the history. Never throws. */
  ask(ask: Ask): Promise<Told>;
  /** Asks until there is a 2xx, with the same key each time; gives up after `ms`. */
  insist(ask: Ask & { readonly key: string }, ms?: number): Promise<Told>;
  /** How long it takes until a message is answered, in ms; Infinity when none is within `ms`. */
  timeUntilAnswered(ms: number): Promise<number>;
}

export function createFaultClient(stage: Stage, history: History): FaultClient {
  let turn = 0;
  let probes = 0;
  const client: FaultClient = {
    async ask(ask) {
      const askedAt = Date.now();
      const startedAt = performance.now();
      const url = ask.url ?? stage.urlOf(ask.brain ?? turn++);
      const told = await send(url, ask);
      const { request, user } = ask;
      const { status, body, retryAfter } = told;
      history.add({
        type: 'answered',
        at: Date.now(),
        askedAt,
        request,
        user,
        status,
        retryAfter,
        body,
      });
      return { status, body, ms: performance.now() - startedAt };
    },
    async insist(ask, ms = 60_000) {
      const until = performance.now() + ms;
      for (;;) {
        const told = await client.ask(ask);
        if ((told.status >= 200 && told.status < 300) || performance.now() > until) return told;
        await delay(RETRY_MS);
      }
    },
    async timeUntilAnswered(ms) {
      const startedAt = performance.now();
      const isBack = await until(async () => {
        const body = { message: `probe ${probes++}` };
        const probe = { request: 'probe', user: `probe-${probes}`, path: '/api/v1/chat', body };
        return (await client.ask(probe)).status === 200;
      }, ms);
      return isBack ? performance.now() - startedAt : Number.POSITIVE_INFINITY;
    },
  };
  return client;
}

interface Sent {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly retryAfter: string | undefined;
}

async function send(
  url: string,
  { path, body, user, key, timeoutMs = 30_000 }: Ask,
): Promise<Sent> {
  const target = new URL(path, url);
  if (body === undefined) target.searchParams.set('user_id', user);
  try {
    const response = await fetch(target, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        Authorization: `Bearer ${SUPER_TOKEN}`,
        'Content-Type': 'application/json',
        ...(key !== undefined && { 'Idempotency-Key': key }),
      },
      ...(body !== undefined && { body: JSON.stringify({ ...body, user_id: user }) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: toRecord(text),
      retryAfter: response.headers.get('retry-after') ?? undefined,
    };
  } catch (err) {
    return { status: 0, body: { error: String(err) }, retryAfter: undefined };
  }
}

function toRecord(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : { value };
  } catch {
    return { text };
  }
}
