import type { ReceivedEvent } from '@bakerst/client';
import { byTurn, toolReply } from '@bakerst/offline-model';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type System, startSystem } from './support/system.ts';

const WORDS = Array.from({ length: 60 }, (_, i) => `word-${i} `);

let system: System;

beforeEach(async () => {
  system = await startSystem({
    script: byTurn([
      toolReply('execute_code', { code: 'return 1' }),
      { kind: 'message', blocks: [{ type: 'text', text: WORDS }] },
    ]),
    pace: { firstByteMs: 0, deltaMs: 20 },
  });
});
afterEach(() => system[Symbol.asyncDispose]());

/** Text that a reader has on its screen, which obeys `rewind` and `snapshot`. */
function screen(events: readonly ReceivedEvent[]): string {
  let shown: { place: string; text: string }[] = [];
  for (const { id, event } of events) {
    if (event.type === 'rewind')
      shown = shown.filter(({ place }) => event.after !== null && isUpTo(place, event.after));
    if (event.type === 'snapshot')
      shown = event.parts.flatMap((part) =>
        part.type === 'progress' ? [{ place: '0.0', text: part.text }] : [],
      );
    if (event.type === 'progress') shown.push({ place: id ?? '', text: event.text });
  }
  return shown.map(({ text }) => text).join('');
}

function isUpTo(place: string, after: string): boolean {
  const [takeover = 0, n = 0] = place.split('.').map(Number);
  const [afterTakeover = 0, afterN = 0] = after.split('.').map(Number);
  return takeover < afterTakeover || (takeover === afterTakeover && n <= afterN);
}

async function readUntil(
  events: AsyncGenerator<ReceivedEvent>,
  isEnough: (event: ReceivedEvent) => boolean,
): Promise<ReceivedEvent[]> {
  const read: ReceivedEvent[] = [];
  for await (const event of events) {
    read.push(event);
    if (isEnough(event)) break;
  }
  return read;
}

function hasText(text: string): (event: ReceivedEvent) => boolean {
  return ({ event }) => event.type === 'progress' && event.text.includes(text);
}

function runIdOf([first]: readonly ReceivedEvent[]): string {
  return first?.event.type === 'status' ? (first.event.run_id ?? '') : '';
}

test('the first text leaves as soon as the model has said it', async () => {
  await using slow = await startSystem({
    workers: 0,
    script: () => ({ kind: 'message', blocks: [{ type: 'text', text: WORDS }] }),
    pace: { firstByteMs: 0, deltaMs: 500 },
  });
  const events = slow.owner.streamChat({ message: 'tell me' });
  const first = await readUntil(events, hasText('word-0'));
  // The whole reply takes half a minute.
  expect((await slow.owner.getRun(runIdOf(first))).status).toBe('running');
});

test('a stream that broke goes on behind its last event, nothing missing and nothing twice', async () => {
  const first = await readUntil(
    system.owner.streamChat({ message: 'tell me' }),
    hasText('word-20'),
  );
  const runId = runIdOf(first);
  const lastEventId = first.at(-1)?.id ?? '';
  const rest = await Array.fromAsync(system.owner.followRun(runId, { lastEventId }));
  const all = [...first, ...rest];
  expect(all.map(({ id }) => id)).toEqual(all.map((_, i) => `1.${i + 1}`));
  expect(screen(all)).toBe(`\n${WORDS.join('')}`);
});

test('a client that goes away does not stop its run', async () => {
  const first = await readUntil(system.owner.streamChat({ message: 'tell me' }), hasText('word-2'));
  const runId = runIdOf(first);
  await expect.poll(async () => (await system.owner.getRun(runId)).status).toBe('completed');
  const { entries } = await system.owner.listHistory('home', 'owner');
  expect(entries.at(-1)?.assistant_response).toBe(WORDS.join(''));
});

test('a finished run can be followed from its start and from its middle', async () => {
  const live = await Array.fromAsync(system.owner.streamChat({ message: 'tell me' }));
  const runId = runIdOf(live);
  expect(await Array.fromAsync(system.owner.followRun(runId))).toEqual(live);
  const lastEventId = live[10]?.id ?? '';
  expect(await Array.fromAsync(system.owner.followRun(runId, { lastEventId }))).toEqual(
    live.slice(11),
  );
});

test('after the loss of the event stream a reader gets a snapshot of what was stored', async () => {
  const live = await Array.fromAsync(system.owner.streamChat({ message: 'tell me' }));
  await system.brain.end('SIGTERM');
  await system.nats.kill();
  await system.startNatsAgain('empty');
  await system.restartBrain();
  const told = await Array.fromAsync(system.owner.followRun(runIdOf(live), { lastEventId: '1.5' }));
  expect(told.map(({ event }) => event.type)).toEqual(['rewind', 'snapshot', 'complete']);
  expect(screen(told)).toBe(`\n${WORDS.join('')}`);
  const snapshot = told[1]?.event;
  expect(snapshot?.type === 'snapshot' && snapshot.parts.map(({ type }) => type)).toEqual([
    'tool_use',
    'tool_result',
    'progress',
    'progress',
  ]);
  const path = `/api/v1/runs/${runIdOf(live)}/events`;
  expect((await system.get(path, { 'Last-Event-ID': told[2]?.id ?? '' })).status).toBe(204);
});

test('killed in the middle of a reply, the run takes that reply back and gives it again', async () => {
  const first = await readUntil(
    system.owner.streamChat({ message: 'tell me' }),
    hasText('word-20'),
  );
  await system.brain.end('SIGKILL');
  await system.restartBrain();
  const lastEventId = first.at(-1)?.id ?? '';
  const rest = await Array.fromAsync(system.owner.followRun(runIdOf(first), { lastEventId }));
  const [rewind] = rest.filter(({ event }) => event.type === 'rewind');
  const after = rewind?.event.type === 'rewind' ? rewind.event.after : undefined;
  // Where the last word was killed on its way to the other readers, there is a snapshot instead.
  expect(rewind?.id).toBe(after === null ? undefined : '2.1');
  // Only text of the unfinished reply is void, never a tool card.
  const toolResult = first.find(({ event }) => event.type === 'tool_result');
  if (after !== null) expect(isUpTo(toolResult?.id ?? '', after ?? '')).toBe(true);
  expect(screen([...first, ...rest])).toBe(`\n${WORDS.join('')}`);
  expect(rest.at(-1)?.event.type).toBe('complete');
}, 20_000);

test('a stopping brain lets the reply end, then asks its readers to come back', async () => {
  const events = system.owner.streamChat({ message: 'tell me' });
  const first = await readUntil(
    events,
    ({ event }) => event.type === 'status' && event.message.startsWith('Executing'),
  );
  expect(await system.brain.end('SIGTERM')).toBe(0);
  await system.restartBrain();
  const lastEventId = first.at(-1)?.id ?? '';
  const rest = await Array.fromAsync(system.owner.followRun(runIdOf(first), { lastEventId }));
  expect(screen([...first, ...rest])).toBe(`\n${WORDS.join('')}`);
}, 20_000);

test.each(['1.500', '7.1'])(
  'a place that nobody was told (%s) gives a snapshot and the rest',
  async (lastEventId) => {
    const first = await readUntil(
      system.owner.streamChat({ message: 'tell me' }),
      hasText('word-5'),
    );
    const rest = await Array.fromAsync(system.owner.followRun(runIdOf(first), { lastEventId }));
    expect(rest.slice(0, 2).map(({ event }) => event.type)).toEqual(['rewind', 'snapshot']);
    expect(screen(rest)).toBe(`\n${WORDS.join('')}`);
    expect(rest.at(-1)?.event.type).toBe('complete');
  },
);

test('who has seen the end is told that there is no more', async () => {
  const all = await Array.fromAsync(system.owner.streamChat({ message: 'tell me' }));
  const path = `/api/v1/runs/${runIdOf(all)}/events`;
  const again = await system.get(path, { 'Last-Event-ID': all.at(-1)?.id ?? '' });
  expect(again.status).toBe(204);
});

test('a halt closes the cards of the calls that it cut off', async () => {
  await using busy = await startSystem({
    script: [toolReply('execute_code', { code: 'while (true);', timeout_ms: 20_000 })],
  });
  const events: ReceivedEvent[] = [];
  for await (const event of busy.owner.streamChat({ message: 'work' })) {
    events.push(event);
    if (event.event.type === 'tool_use') await busy.owner.haltRun(runIdOf(events));
  }
  expect(events.map(({ event }) => event.type)).toEqual([
    'status',
    'status',
    'tool_use',
    'tool_result',
    'progress',
    'complete',
  ]);
});

test('the twenty-first stream of a user is refused', async () => {
  const first = await readUntil(system.owner.streamChat({ message: 'tell me' }), hasText('word-0'));
  const path = `/api/v1/runs/${runIdOf(first)}/events`;
  const abort = new AbortController();
  const open = await Promise.all(
    Array.from({ length: 20 }, () =>
      fetch(`${system.url}${path}`, {
        headers: { Authorization: 'Bearer owner-token-of-the-tests' },
        signal: abort.signal,
      }),
    ),
  );
  expect(open.map(({ status }) => status)).toEqual(open.map(() => 200));
  const refused = await system.get(path);
  expect(refused.status).toBe(429);
  expect(await refused.json()).toMatchObject({ code: 'STREAM_LIMIT' });
  abort.abort();
  await expect.poll(async () => (await system.get(path)).status).toBe(200);
});
