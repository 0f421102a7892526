import { ChatQueued } from '@bakerst/contracts';
import { type MessagesRequest, textReply, toolReply } from '@bakerst/offline-model';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type System, startSystem } from './support/system.ts';

let system: System;
let gates: (() => void)[] = [];

/** Each request waits for its gate; a message that says "tool" calls one first. */
async function startGated(): Promise<System> {
  return await startSystem({
    script: async (request) => {
      await new Promise<void>((open) => gates.push(open));
      const said = saidLast(request);
      if (said === 'use a tool') return toolReply('execute_code', { code: 'return 7' });
      return textReply(`answer to ${said}`);
    },
  });
}

beforeAll(async () => {
  system = await startGated();
});
afterAll(() => system[Symbol.asyncDispose]());
beforeEach(() => {
  gates = [];
});

/** What the person said last; of a run that has used its tool, what was said beside that. */
function saidLast({ messages }: MessagesRequest): string {
  const blocks = messages.filter(({ role }) => role === 'user').at(-1)?.blocks ?? [];
  const text = blocks.findLast((block) => block.type === 'text');
  return text?.type === 'text' ? text.text : 'seven';
}

async function openGate(index: number): Promise<void> {
  await expect.poll(() => gates.length).toBeGreaterThan(index);
  gates[index]?.();
}

function openAll(): Disposable {
  const timer = setInterval(() => {
    for (const open of gates) open();
  }, 10);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

async function say(message: string, more: object = {}): Promise<Response> {
  return await system.post('/api/v1/chat', { message, ...more });
}

async function queue(message: string, onBusy = 'queue'): Promise<ChatQueued> {
  const response = await say(message, { on_busy: onBusy });
  expect(response.status).toBe(202);
  return ChatQueued.parse(await response.json());
}

async function lastAnswers(count: number): Promise<readonly string[]> {
  const { entries } = await system.owner.listHistory('home', 'owner');
  return entries.slice(-count).map((entry) => entry.assistant_response);
}

async function untilEnded(runId: string): Promise<string | null> {
  await expect.poll(async () => (await system.owner.getRun(runId)).finished_at).not.toBeNull();
  return (await system.owner.getRun(runId)).answer;
}

test('messages that wait are answered one after the other, in the order in which they came', async () => {
  const first = say('one');
  await expect.poll(() => gates.length).toBe(1);
  const waiting = [await queue('two'), await queue('three')];
  expect(waiting.map(({ position }) => position)).toEqual([1, 2]);
  expect(await system.owner.getRun(waiting[1]?.run_id ?? '')).toMatchObject({
    status: 'queued',
    position: 2,
    answer: null,
  });
  // While some wait nobody comes before them.
  expect((await say('impatient')).status).toBe(429);
  using _open = openAll();
  expect((await first).status).toBe(200);
  expect(await untilEnded(waiting[1]?.run_id ?? '')).toBe('answer to three');
  expect(await lastAnswers(3)).toEqual(['answer to one', 'answer to two', 'answer to three']);
});

test('who is not busy is answered at once, whatever on_busy says', async () => {
  using _open = openAll();
  for (const onBusy of ['queue', 'steer', 'interrupt']) {
    const response = await say('hello', { on_busy: onBusy });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ responses: ['answer to hello'] });
  }
});

test('a stream that waits says so at once, and goes on into its run', async () => {
  const first = say('one');
  await expect.poll(() => gates.length).toBe(1);
  const stream = await system.post('/api/v1/chat/stream', { message: 'two', on_busy: 'queue' });
  expect(stream.status).toBe(202);
  const text = stream.text();
  using _open = openAll();
  await first;
  const lines = (await text).split('\n').filter((line) => line.startsWith('data: '));
  const events = lines.map(
    (line) => JSON.parse(line.slice(6)) as { type: string; run_id?: string },
  );
  expect(events[0]).toMatchObject({ type: 'status', message: expect.stringMatching(/^Queued/) });
  expect(events[0]?.run_id).toBe(stream.headers.get('x-run-id'));
  expect(events.at(-1)).toMatchObject({ response: { responses: ['answer to two'] } });
});

test('the fifty-first message that would wait is refused', async () => {
  const first = say('one');
  await expect.poll(() => gates.length).toBe(1);
  for (let i = 1; i <= 50; i++) expect((await queue(`message ${i}`)).position).toBe(i);
  const refused = await say('one too many', { on_busy: 'queue' });
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('5');
  expect(await refused.json()).toMatchObject({ code: 'QUEUE_DEPTH_EXCEEDED' });
  expect((await system.owner.listRuns({ status: 'queued', limit: 100 })).data).toHaveLength(50);
  for (const { id } of (await system.owner.listRuns({ status: 'queued', limit: 100 })).data)
    expect(await system.owner.haltRun(id)).toMatchObject({ status: 'halted' });
  using _open = openAll();
  expect((await first).status).toBe(200);
});

test('a key gives the waiting message again, and stores it once', async () => {
  const first = say('one');
  await expect.poll(() => gates.length).toBe(1);
  const headers = { 'Idempotency-Key': 'wait-1' };
  const body = { message: 'two', on_busy: 'queue' };
  const both = await Promise.all([
    system.post('/api/v1/chat', body, headers),
    system.post('/api/v1/chat', body, headers),
  ]);
  const [one, two] = await Promise.all(
    both.map(async (response) => ChatQueued.parse(await response.json())),
  );
  expect(two).toEqual(one);
  using _open = openAll();
  await first;
  expect(await untilEnded(one?.run_id ?? '')).toBe('answer to two');
  const again = await system.post('/api/v1/chat', body, headers);
  expect(again.status).toBe(200);
  expect(await again.json()).toMatchObject({ run_id: one?.run_id });
});

test('a message that steers reaches the run before its next model call', async () => {
  const first = say('use a tool');
  await openGate(0);
  await expect.poll(() => gates.length).toBe(2);
  // The second model call is on: too late for it, in time for a third one, which does not come.
  const late = await queue('too late', 'steer');
  gates[1]?.();
  expect(await (await first).json()).toMatchObject({ responses: ['answer to seven'] });
  await openGate(2);
  expect(await untilEnded(late.run_id)).toBe('answer to too late');
});

test('a message that steers in time is answered by the run that was on', async () => {
  const first = say('use a tool');
  await expect.poll(() => gates.length).toBe(1);
  const steering = await queue('and make it quick', 'steer');
  const followed = Array.fromAsync(system.owner.followRun(steering.run_id));
  using _open = openAll();
  const answer = (await (await first).json()) as { run_id: string; responses: string[] };
  expect(answer.responses).toEqual(['answer to and make it quick']);
  expect(await system.owner.getRun(steering.run_id)).toMatchObject({
    status: 'completed',
    merged_into: answer.run_id,
  });
  // Whoever follows the message sees the run that answers it.
  const events = (await followed).map(({ event }) => event);
  expect(events).toContainEqual({ type: 'steered', text: 'and make it quick' });
  expect(events.at(-1)).toMatchObject({ response: { run_id: answer.run_id } });
  const { entries } = await system.owner.listHistory('home', 'owner');
  expect(entries.at(-1)?.user_message).toBe('use a tool\n\nand make it quick');
});

test('a message that interrupts halts the run that is on and is answered next', async () => {
  const first = say('one');
  await expect.poll(() => gates.length).toBe(1);
  const next = await queue('two', 'interrupt');
  expect(await (await first).json()).toMatchObject({ status: 'halted' });
  using _open = openAll();
  expect(await untilEnded(next.run_id)).toBe('answer to two');
});

test('what waits survives the brain, and keeps its order', async () => {
  void say('one').catch(() => undefined);
  await expect.poll(() => gates.length).toBe(1);
  const waiting = [await queue('two'), await queue('three')];
  await system.brain.end('SIGKILL');
  await system.restartBrain();
  using _open = openAll();
  expect(await untilEnded(waiting[1]?.run_id ?? '')).toBe('answer to three');
  expect(await lastAnswers(3)).toEqual(['answer to one', 'answer to two', 'answer to three']);
}, 90_000);

test('without NATS a message that may wait is taken, and answered once it is back', async () => {
  await system.nats.kill();
  const askedAt = performance.now();
  const waiting = await queue('are you there?');
  expect(performance.now() - askedAt).toBeLessThan(20_000);
  await system.startNatsAgain('kept');
  using _open = openAll();
  expect(await untilEnded(waiting.run_id)).toBe('answer to are you there?');
}, 90_000);
