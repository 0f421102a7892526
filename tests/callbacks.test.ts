import type { CallbackEvent, CallbackMode } from '@bakerst/contracts';
import { countTurns, type ScriptReply, textReply } from '@bakerst/offline-model';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  isEnd,
  isSignedBy,
  openReceiver,
  type ReceivedCallback,
  type Receiver,
  TAKE,
  toText,
} from './support/receiver.ts';
import { OWNER_TOKEN, SUPER_TOKEN, type System, startSystem } from './support/system.ts';

const MODEL_KEY = 'sk-key-of-the-model-0123456789';
const SUPER = { Authorization: `Bearer ${SUPER_TOKEN}` };

const LOOKS: ScriptReply = {
  kind: 'message',
  blocks: [
    { type: 'text', text: 'Let me look. It may take' },
    { type: 'tool_use', name: 'execute_code', input: { code: 'return 6 * 7' } },
  ],
};
const FIRST = 'Let me look. It may take';
const ANSWER = 'The answer is 42. Rye costs 3.5 euros. Good bye';
const WHOLE = `${FIRST}\n${ANSWER}`;

let receiver: Receiver;
let system: System;
/** The last reply waits for this. */
let beforeAnswer: () => Promise<unknown> = async () => undefined;
let messageKey: string;
let count = 0;

beforeAll(async () => {
  receiver = await openReceiver();
  system = await startSystem({
    brainEnv: { HTTP_ALLOW_HOSTS: receiver.host, ANTHROPIC_API_KEY: MODEL_KEY },
    script: async (request) => {
      if (countTurns(request) === 0) return LOOKS;
      await beforeAnswer();
      return textReply(ANSWER);
    },
  });
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
  await receiver[Symbol.asyncDispose]();
});

beforeEach(() => {
  receiver.answer(TAKE);
  beforeAnswer = async () => undefined;
  messageKey = `message-${++count}`;
});

afterEach(() => {
  const { secret } = readSecret();
  for (const call of receiver.calls) {
    const sent = `${JSON.stringify(call.headers)}${call.body}`;
    for (const key of [SUPER_TOKEN, OWNER_TOKEN, MODEL_KEY, secret])
      expect(sent).not.toContain(key);
    expect(call.headers).not.toHaveProperty('x-engine-token');
    expect(call.headers).not.toHaveProperty('authorization');
  }
  expect(system.brain.lines.filter((line) => line.includes(secret))).toEqual([]);
});

function readSecret(): { secret: string } {
  const [row] = system.query('SELECT secret FROM callback_secret');
  return { secret: String(row?.['secret']) };
}

function wanted(mode?: CallbackMode, more: object = {}) {
  return {
    message: 'what is 6 * 7?',
    progress_callback_url: receiver.url,
    message_key: messageKey,
    ...(mode !== undefined && { progress_mode: mode }),
    ...more,
  };
}

function hasCome(type: CallbackEvent['type'], text = ''): Promise<ReceivedCallback> {
  return receiver.waitFor(
    ({ event, isTaken }) =>
      isTaken &&
      event.message_key === messageKey &&
      event.type === type &&
      JSON.stringify(event).includes(text),
  );
}

/** Everything that was called back, once it is over. */
async function callsToEnd(): Promise<readonly ReceivedCallback[]> {
  await receiver.waitFor(
    (call) => call.isTaken && call.event.message_key === messageKey && isEnd(call),
  );
  await expect.poll(() => system.query('SELECT 1 FROM callback')).toEqual([]);
  return receiver.callsOf(messageKey);
}

test('a chat is answered as always, and called back beside it', async () => {
  beforeAnswer = () => hasCome('status', 'Executing');
  const answer = await system.post('/api/v1/chat', wanted());
  expect(answer.status).toBe(200);
  const runId = answer.headers.get('x-run-id');
  expect(await answer.json()).toMatchObject({ run_id: runId, responses: [FIRST, ANSWER] });
  const calls = await callsToEnd();
  expect(calls.map(({ event }) => event)).toMatchObject([
    { type: 'status', message: 'Processing your request...', sequence: 1 },
    { type: 'progress', text: FIRST, replace: false, sequence: 2 },
    { type: 'status', message: 'Executing 1 tool(s)...', sequence: 3 },
    { type: 'complete', text: `\n${ANSWER}`, replace: false, status: 'completed', sequence: 4 },
  ]);
  for (const { event, id, headers, path } of calls) {
    expect(event).toMatchObject({ org: 'home', user_id: 'owner', run_id: runId });
    expect(event.conversation_id).toBe(answer.headers.get('x-conversation-id'));
    expect(id).toBe(`${runId}.${event.sequence}`);
    expect(headers['content-type']).toBe('application/json');
    expect(path).toBe('/callbacks');
  }
});

test('the callback form answers at once and names the run', async () => {
  beforeAnswer = () => hasCome('progress');
  const answer = await system.post('/api/v1/chat/callback', wanted());
  expect(answer.status).toBe(202);
  const runId = answer.headers.get('x-run-id');
  expect(await answer.json()).toEqual({ message_id: runId });
  expect(answer.headers.get('x-conversation-id')).not.toBeNull();
  const calls = await callsToEnd();
  expect(toText(calls)).toBe(WHOLE);
  expect((await system.owner.getRun(runId ?? '')).status).toBe('completed');
  const { message_id } = await system.owner.chatWithCallback(wanted('complete'));
  await receiver.waitFor((call) => isEnd(call) && call.event.run_id === message_id);
});

test('in the mode complete nothing but the end is called back', async () => {
  await system.owner.chat(wanted('complete'));
  const calls = await callsToEnd();
  expect(calls.map(({ event }) => event)).toMatchObject([
    { type: 'complete', text: WHOLE, sequence: 1 },
  ]);
});

test('incremental tells what is new, full tells all that there is', async () => {
  beforeAnswer = () => hasCome('progress');
  await system.owner.chat(wanted('incremental'));
  const incremental = await callsToEnd();
  expect(incremental.flatMap(({ event }) => ('text' in event ? [event.text] : []))).toEqual([
    FIRST,
    `\n${ANSWER}`,
  ]);
  messageKey += '-full';
  await system.owner.chat(wanted('full'));
  const full = await callsToEnd();
  expect(full.flatMap(({ event }) => ('text' in event ? [event] : []))).toMatchObject([
    { type: 'progress', text: FIRST, replace: true },
    { type: 'complete', text: WHOLE, replace: true },
  ]);
});

test('in the mode sentence every event ends with a sentence', async () => {
  beforeAnswer = () => hasCome('progress');
  await system.owner.chat(wanted('sentence'));
  const calls = await callsToEnd();
  const told = calls.flatMap(({ event }) => (event.type === 'progress' ? [event.text] : []));
  expect(told[0]).toBe('Let me look. ');
  for (const text of told) expect(text).toMatch(/[.!?]\s?$/);
  expect(toText(calls)).toBe(WHOLE);
});

test('in the mode periodic what is new is told by the clock', async () => {
  beforeAnswer = () => hasCome('progress');
  await system.owner.chat(wanted('periodic', { progress_throttle_seconds: 1 }));
  const calls = await callsToEnd();
  expect(calls.filter(({ event }) => event.type === 'progress')).toHaveLength(1);
  expect(toText(calls)).toBe(WHOLE);
});

test('a receiver knows by the secret of its org that a callback is from here', async () => {
  const answer = await system.get('/api/v1/orgs/home/callback-secret', SUPER);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const { secret } = (await answer.json()) as { secret: string };
  expect(secret).toMatch(/^[0-9a-f]{64}$/);
  await system.owner.chat(wanted());
  const calls = await callsToEnd();
  expect(calls.map((call) => isSignedBy(secret, call))).toEqual(calls.map(() => true));
  for (const { headers } of calls) {
    const ageS = Date.now() / 1_000 - Number(headers['x-bakerst-timestamp']);
    expect(Math.abs(ageS)).toBeLessThan(60);
  }
  const rotated = await system.post('/api/v1/orgs/home/callback-secret/rotate', {}, SUPER);
  const next = (await rotated.json()) as { secret: string };
  expect(next.secret).not.toBe(secret);
  messageKey += '-rotated';
  await system.owner.chat(wanted('complete'));
  const [call] = await callsToEnd();
  expect(call && isSignedBy(next.secret, call)).toBe(true);
  expect(call && isSignedBy(secret, call)).toBe(false);
});

test('a run whose model fails is called back with its error, and with nothing behind that', async () => {
  beforeAnswer = async () => {
    throw new Error('the script has no answer');
  };
  const answer = await system.post('/api/v1/chat', wanted('complete'));
  expect(answer.status).toBe(502);
  const calls = await callsToEnd();
  expect(calls.map(({ event }) => event)).toMatchObject([
    { type: 'error', error: expect.any(String), code: 'CLAUDE_API_ERROR', sequence: 1 },
  ]);
});
