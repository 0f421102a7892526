import { createClient } from '@bakerst/client';
import type { OpenApiDocument } from '@bakerst/contracts';
import { textReply } from '@bakerst/offline-model';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { requestArbitrary, type WildRequest } from './support/request-arbitrary.ts';
import { OWNER_TOKEN, SUPER_TOKEN, type System, startSystem } from './support/system.ts';

const REQUESTS = 5_000;
const AT_ONCE = 10;
/** A stream or a chat that waits is let go: its answer has begun, or would be that of another test. */
const PATIENCE_MS = 3_000;

let system: System;
beforeAll(async () => {
  system = await startSystem({
    workers: 0,
    script: () => textReply('ok'),
    brainEnv: { USER_REQUESTS_PER_MINUTE: '1000000', USER_STREAMS: '1000' },
  });
});
afterAll(() => system[Symbol.asyncDispose]());

interface Seen {
  readonly status: number;
  readonly text: string;
  readonly type: string;
}

function toFetch({ method, path, query, headers, body, file }: WildRequest, token: string) {
  const url = new URL(path, system.url);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) url.searchParams.set(name, value);
  const sent = new Headers({ Authorization: `Bearer ${token}` });
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && /^[\x20-\x7e]*$/.test(value)) sent.set(name, value);
  if (body !== undefined) sent.set('Content-Type', 'application/json');
  const init = { method: method.toUpperCase(), headers: sent };
  if (file !== undefined) return { url, init: { ...init, body: toForm(file) } };
  return { url, init: body === undefined ? init : { ...init, body: JSON.stringify(body) } };
}

function toForm(file: Uint8Array<ArrayBuffer>): FormData {
  const form = new FormData();
  form.set('file', new Blob([file]), 'wild');
  return form;
}

/**
 * A request that was given up before it was written leaves a connection on which nothing was ever said, and the brain
 * ends such a one after ten seconds: who takes it in that moment asks again, as a browser does.
 */
async function send(request: WildRequest, token: string): Promise<Seen | undefined> {
  try {
    return await sendOnce(request, token);
  } catch (err) {
    if (!isClosedConnection(err)) throw err;
    return await sendOnce(request, token);
  }
}

function isClosedConnection(err: unknown): boolean {
  const cause = err instanceof TypeError ? err.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === 'UND_ERR_SOCKET';
}

async function sendOnce(request: WildRequest, token: string): Promise<Seen | undefined> {
  const { url, init } = toFetch(request, token);
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
    const type = response.headers.get('Content-Type') ?? '';
    if (!type.includes('event-stream'))
      return { status: response.status, type, text: await response.text() };
    await response.body?.cancel();
    return { status: response.status, type, text: '' };
  } catch (err) {
    if (err instanceof DOMException && err.name === 'TimeoutError') return undefined;
    throw err;
  }
}

/** What must never be answered, whatever was asked. */
function findFault(seen: Seen): string | undefined {
  const { status, text, type } = seen;
  if (status >= 500 && status !== 501) return `status ${status}`;
  if (status >= 400 && !type.startsWith('application/json')) return `a refusal as ${type}`;
  if (/^\s*at .+:\d+:\d+/m.test(text) || text.includes('node_modules')) return 'a stack trace';
  if (status >= 400 && !/"code":"[A-Z_]+"/.test(text)) return 'a refusal without a code';
  return undefined;
}

test('whatever is sent, nothing is answered with a failure of ours', async () => {
  const document = (await (await fetch(`${system.url}/openapi.json`)).json()) as OpenApiDocument;
  const root = createClient({ baseUrl: system.url, token: SUPER_TOKEN });
  const { run_id: runId, conversation_id: talkId } = await system.owner.chat({ message: 'hello' });
  const { id: jobId } = await system.owner.postJob({ type: 'code', code: 'return 1' });
  const { id: fileId } = await system.owner.createAttachment(new Blob(['text']));
  const { id: factId } = await system.owner.storeFact({ text: 'Tea is green.' });
  const { id: tokenId } = await root.createToken('home', { kind: 'org_admin', name: 'x' });
  const ids = [runId, talkId, jobId, fileId, factId, tokenId, 'home', 'owner'];
  const arbitrary = requestArbitrary({ document, ids });
  const seed = Date.now() % 2 ** 31;
  const requests = fc.sample(arbitrary, { numRuns: REQUESTS, seed });
  const answers: { readonly request: WildRequest; readonly seen: Seen }[] = [];
  const work = async (): Promise<void> => {
    for (let request = requests.pop(); request !== undefined; request = requests.pop()) {
      const seen = await send(request, requests.length % 2 === 0 ? OWNER_TOKEN : SUPER_TOKEN);
      if (seen !== undefined) answers.push({ request, seen });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const faults = answers.flatMap(({ request, seen }) => {
    const fault = findFault(seen);
    return fault === undefined ? [] : [{ fault, request, answer: seen.text.slice(0, 300) }];
  });
  expect(faults, `seed ${seed}`).toEqual([]);
  // Both sides of the line were tried.
  expect(answers.length).toBeGreaterThan(REQUESTS * 0.9);
  expect(answers.filter(({ seen }) => seen.status < 300).length).toBeGreaterThan(REQUESTS * 0.05);
}, 300_000);
