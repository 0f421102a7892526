import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import {
  byTurn,
  type Script,
  type ScriptReply,
  textReply,
  toolReply,
} from '@bakerst/offline-model';
import { expect, test } from 'vitest';
import { untilJobIs } from './support/job-ends.ts';
import { type AddedBrain, SUPER_TOKEN, type System, startSystem } from './support/system.ts';

const WORDS = Array.from({ length: 40 }, (_, i) => `word-${i} `);

const TELLS: ScriptReply = { kind: 'message', blocks: [{ type: 'text', text: WORDS }] };
/** Waits for a worker first, and there is none until a test starts one. */
const WAITS_AND_TELLS = byTurn([toolReply('execute_code', { code: 'return 1' }), TELLS]);

async function startTwo(
  script: Script = () => TELLS,
): Promise<{ system: System; other: AddedBrain }> {
  const system = await startSystem({
    workers: 0,
    script,
    pace: { firstByteMs: 0, deltaMs: 25 },
    brainEnv: { DRAIN_LINGER_MS: '500' },
  });
  return { system, other: await system.addBrain() };
}

async function untilText(events: AsyncGenerator<{ event: { type: string } }>): Promise<void> {
  for await (const { event } of events) if (event.type === 'progress') return;
}

test('a run whose brain is killed goes on in the other one, at once', async () => {
  const { system, other } = await startTwo();
  await using _system = system;
  const stream = system.owner.streamChat({ message: 'tell me' });
  const first = await stream.next();
  const event = first.value?.event;
  const runId = event?.type === 'status' ? (event.run_id ?? '') : '';
  await untilText(stream);
  const following = Array.fromAsync(other.owner.followRun(runId));
  await system.brain.end('SIGKILL');
  const killedAt = performance.now();
  const events = await following;
  expect(events.at(-1)?.event).toMatchObject({ response: { responses: [WORDS.join('')] } });
  const rewind = events.find((each) => each.event.type === 'rewind');
  expect(rewind?.id).toBe('2.1');
  // One second of words, after the takeover.
  expect(performance.now() - killedAt).toBeLessThan(30_000);
}, 90_000);

test('a reader on the brain that does not execute goes on reading when NATS was away', async () => {
  const { system, other } = await startTwo(() => ({
    ...TELLS,
    blocks: [{ type: 'text', text: Array.from({ length: 8_000 }, (_, i) => `word-${i} `) }],
  }));
  await using _system = system;
  const stream = system.owner.streamChat({ message: 'tell me' });
  const first = await stream.next();
  const event = first.value?.event;
  const runId = event?.type === 'status' ? (event.run_id ?? '') : '';
  let texts = 0;
  const following = (async () => {
    for await (const { event } of other.owner.followRun(runId))
      if (event.type === 'progress' || event.type === 'snapshot') texts += 1;
  })();
  await expect.poll(() => texts).toBeGreaterThan(10);
  await system.nats.kill();
  await system.startNatsAgain('kept');
  const before = texts;
  // The run itself still speaks for minutes.
  await expect.poll(() => texts).toBeGreaterThan(before + 20);
  expect((await system.owner.getRun(runId)).status).toBe('running');
  await system.owner.haltRun(runId);
  await following;
}, 90_000);

test('a brain told to stop answers the messages that it has, by the other one', async () => {
  const { system, other } = await startTwo(WAITS_AND_TELLS);
  await using _system = system;
  const chat = system.owner.chat({ message: 'tell me' });
  await system.model.waitForRequest(1);
  const ended = system.brain.end('SIGTERM');
  // Taken while it is on its way out: its run goes on elsewhere, its answer comes from here.
  const late = system.post(
    '/api/v1/chat',
    { message: 'me too', user_id: 'alice' },
    { Authorization: `Bearer ${SUPER_TOKEN}` },
  );
  await other.service.logged('run taken over');
  await system.startWorker();
  const responses = [WORDS.join('')];
  expect((await chat).responses).toEqual(responses);
  expect((await late).headers.get('connection')).toBe('close');
  expect(await (await late).json()).toMatchObject({ status: 'completed', responses });
  expect(await ended).toBe(0);
}, 90_000);

test('readers of a stopping brain are told to come back, and lose nothing by it', async () => {
  const { system, other } = await startTwo(WAITS_AND_TELLS);
  await using _system = system;
  const reading = Array.fromAsync(system.owner.streamChat({ message: 'tell me' }));
  await untilJobIs(system, 'dispatched');
  const ended = system.brain.end('SIGTERM');
  const before = await reading;
  expect(before.at(-1)?.event).toEqual({ type: 'reconnect' });
  await system.startWorker();
  const [first] = before;
  const runId = first?.event.type === 'status' ? (first.event.run_id ?? '') : '';
  const lastEventId = before.at(-2)?.id ?? '';
  const rest = await Array.fromAsync(other.owner.followRun(runId, { lastEventId }));
  const all = [...before, ...rest].map(({ event }) => event);
  expect(all.filter(({ type }) => type === 'tool_use')).toHaveLength(1);
  expect(all.filter(({ type }) => type === 'tool_result')).toHaveLength(1);
  const texts = all.flatMap((event) => (event.type === 'progress' ? [event.text] : []));
  expect(texts.join('').trim()).toBe(WORDS.join('').trim());
  expect(all.at(-1)?.type).toBe('complete');
  expect(await ended).toBe(0);
}, 90_000);

test('behind a proxy that is slow to notice, a rolling restart refuses nobody', async () => {
  await using system = await startSystem({
    workers: 0,
    script: () => textReply('here'),
    brainEnv: { DRAIN_LINGER_MS: '1500' },
  });
  let target = system.port;
  const proxy = createServer((client) => join(client, connect(target, '127.0.0.1')));
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  let answered = 0;
  const refused: string[] = [];
  let isOver = false;
  const ask = async (user: number): Promise<void> => {
    for (let i = 0; !isOver; i++) {
      const response = await chatOnce(url, { user: `user-${user}`, key: `${user}-${i}` });
      const text = await response.text();
      answered += 1;
      if (response.status !== 200) refused.push(`${response.status} ${text}`);
    }
  };
  const asking = Array.from({ length: 8 }, (_, i) => ask(i));
  for (let round = 0; round < 2; round++) {
    const old = round === 0 ? system.brain : lastOf(brains).service;
    const next = await system.addBrain();
    brains.push(next);
    const ended = old.end('SIGTERM');
    // The proxy notices a second later.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    target = Number(new URL(next.url).port);
    expect(await ended).toBe(0);
  }
  isOver = true;
  await Promise.all(asking);
  proxy.close();
  expect(refused).toEqual([]);
  expect(answered).toBeGreaterThan(50);
}, 60_000);

/** A kept connection may be closed at the moment at which it is used again: the request is sent once more, by its key. */
async function chatOnce(
  url: string,
  { user, key }: { readonly user: string; readonly key: string },
): Promise<Response> {
  const send = () =>
    fetch(`${url}/api/v1/chat`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${SUPER_TOKEN}`,
        'Content-Type': 'application/json',
        'Idempotency-Key': key,
      },
      body: JSON.stringify({ message: 'hello', user_id: user }),
    });
  return await send().catch(send);
}

const brains: AddedBrain[] = [];

function lastOf(added: readonly AddedBrain[]): AddedBrain {
  const last = added.at(-1);
  if (last === undefined) throw new Error('no brain was added');
  return last;
}

function join(one: Socket, other: Socket): void {
  one.pipe(other).pipe(one);
  one.on('error', () => other.destroy());
  other.on('error', () => one.destroy());
}
