import { createServer } from 'node:http';
import {
  countTurns,
  type Script,
  type ScriptReply,
  textReply,
  toolReply,
} from '@bakerst/offline-model';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { close, listen } from './faults/harness/listen.ts';
import {
  isEnd,
  openReceiver,
  type ReceivedCallback,
  type Receiver,
  TAKE,
  toText,
} from './support/receiver.ts';
import { type System, type SystemOptions, startSystem } from './support/system.ts';

const SENTENCES = Array.from({ length: 30 }, (_, i) => `This is sentence ${i}. `);
const WHOLE = SENTENCES.join('');
const TELLS: ScriptReply = { kind: 'message', blocks: [{ type: 'text', text: SENTENCES }] };
const SLOWLY = { firstByteMs: 0, deltaMs: 100 };

let receiver: Receiver;
let open: AsyncDisposableStack;
beforeEach(async () => {
  open = new AsyncDisposableStack();
  receiver = open.use(await openReceiver());
});
afterEach(() => open.disposeAsync());

async function start(script: Script, more: SystemOptions = {}): Promise<System> {
  const brainEnv = { HTTP_ALLOW_HOSTS: receiver.host };
  return open.use(await startSystem({ workers: 0, script, brainEnv, ...more }));
}

function wanted(progressMode: 'complete' | 'iteration' | 'sentence', more: object = {}) {
  return {
    message: 'tell me',
    progress_callback_url: receiver.url,
    message_key: 'message-1',
    progress_mode: progressMode,
    ...more,
  };
}

function untilEnd(): Promise<ReceivedCallback> {
  return receiver.waitFor((call) => isEnd(call) && call.isTaken);
}

/** Ends that the receiver has taken, by their ids. */
function takenEnds(): readonly string[] {
  return receiver.calls.filter((call) => isEnd(call) && call.isTaken).map(({ id }) => id);
}

function untilNothingIsOwed(system: System): Promise<void> {
  return expect.poll(() => system.query('SELECT 1 FROM callback')).toEqual([]);
}

/** Behind each other, and none behind the last one. */
function expectOrder(calls: readonly ReceivedCallback[]): void {
  const sequences = calls.map(({ event }) => event.sequence);
  expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
  const ends = calls.map(isEnd);
  expect(ends.slice(ends.indexOf(true))).toEqual(ends.filter((is) => is));
}

test('an end that is not taken is sent again, the same bytes under the same id', async () => {
  const system = await start(() => textReply('ready'));
  receiver.answer((response) => {
    const { length } = receiver.calls;
    if (length === 1) response.writeHead(503).end();
    else if (length === 2) response.destroy();
    else response.writeHead(200).end('thanks');
  });
  await system.owner.chat(wanted('complete'));
  await untilEnd();
  await untilNothingIsOwed(system);
  const [first, second, third] = receiver.calls;
  expect(receiver.calls).toHaveLength(3);
  expect([second?.body, third?.body]).toEqual([first?.body, first?.body]);
  expect([second?.id, third?.id]).toEqual([first?.id, first?.id]);
});

test('progress that is not taken goes with the next event, in order', async () => {
  const system = await start(
    (request) => (countTurns(request) === 0 ? toolReply('get_job_status', {}) : TELLS),
    { pace: SLOWLY },
  );
  receiver.answer((response, { event }) => {
    const isRefused = event.sequence % 3 === 0 && event.type !== 'complete';
    response.writeHead(isRefused ? 500 : 200).end();
  });
  await system.owner.chat(wanted('sentence'));
  await untilEnd();
  await untilNothingIsOwed(system);
  expectOrder(receiver.calls);
  expect(toText(receiver.calls.filter(({ isTaken }) => isTaken))).toBe(WHOLE);
  expect(receiver.calls.filter(({ isTaken }) => !isTaken).length).toBeGreaterThan(2);
});

test('a connection that breaks before the answer leaves nothing twice in the text', async () => {
  const system = await start(() => TELLS, { pace: SLOWLY });
  // Every attempt to send the second event arrives, and nobody hears of it.
  receiver.answer((response, { event }) => {
    if (event.sequence === 2) response.destroy();
    else response.writeHead(200).end();
  });
  await system.owner.chat(wanted('sentence'));
  await untilEnd();
  expectOrder(receiver.calls);
  expect(toText(receiver.calls)).toBe(WHOLE);
});

test('a receiver that hangs holds up nothing, and is told the whole text at the end', async () => {
  const system = await start(() => TELLS);
  receiver.answer((response, { event }) => {
    if (event.type === 'complete') response.writeHead(200).end();
  });
  await system.owner.chat(wanted('iteration'));
  // The first status line still hangs; on a machine that has other work it is there after the answer.
  await receiver.waitFor(() => true);
  expect(receiver.calls).toHaveLength(1);
  await untilEnd();
  expect(toText(receiver.calls)).toBe(WHOLE);
  expect(receiver.calls).toHaveLength(2);
}, 90_000);

test('a redirect is not followed', async () => {
  const asked: string[] = [];
  const elsewhere = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end();
  });
  const port = await listen(elsewhere);
  open.defer(() => close(elsewhere));
  const system = await start(() => textReply('ready'), {
    brainEnv: { HTTP_ALLOW_HOSTS: `${receiver.host},127.0.0.1:${port}` },
  });
  receiver.answer((response) => {
    if (receiver.calls.length > 1) response.writeHead(200).end();
    else response.writeHead(307, { Location: `http://127.0.0.1:${port}/secret` }).end();
  });
  await system.owner.chat(wanted('complete'));
  await untilEnd();
  expect(receiver.calls).toHaveLength(2);
  expect(asked).toEqual([]);
});

test('killed in the middle of a reply, a run is called back to its one end', async () => {
  const system = await start(() => TELLS, { pace: SLOWLY });
  await system.owner.chatWithCallback(wanted('sentence'));
  await receiver.waitFor(({ event }) => event.type === 'progress' && event.sequence >= 3);
  await system.brain.end('SIGKILL');
  await system.restartBrain();
  await untilEnd();
  await untilNothingIsOwed(system);
  expect(new Set(takenEnds()).size).toBe(1);
  expect(takenEnds()).toHaveLength(1);
  expectOrder(receiver.calls);
  expect(toText(receiver.calls)).toBe(WHOLE);
}, 90_000);

test('killed before its end was taken, a run is called back by the next brain', async () => {
  const system = await start(() => textReply('ready'));
  receiver.answer((response) => void response.writeHead(503).end());
  await system.owner.chat(wanted('complete'));
  const first = await receiver.waitFor(isEnd);
  await system.brain.end('SIGKILL');
  receiver.answer(TAKE);
  await system.restartBrain();
  const last = await untilEnd();
  await untilNothingIsOwed(system);
  expect(last.body).toBe(first.body);
  expect(takenEnds()).toEqual([first.id]);
}, 90_000);

test('killed right after its end was stored, a run is called back by the next brain', async () => {
  const system = await start(() => textReply('ready'));
  await system.brain.end('SIGTERM');
  const doomed = await system.restartBrain(['--fault=die-after-step:4']);
  await system.owner.chatWithCallback(wanted('iteration')).catch(() => undefined);
  await doomed.exited;
  await system.restartBrain();
  await untilEnd();
  await untilNothingIsOwed(system);
  expect(takenEnds()).toHaveLength(1);
  expect(toText(receiver.calls)).toBe('ready');
}, 90_000);

test('of two brains one tells the end', async () => {
  const system = await start(() => TELLS, { pace: SLOWLY });
  await system.addBrain();
  receiver.answer(async (response) => {
    // Both have looked several times meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    response.writeHead(200).end();
  });
  await system.owner.chat(wanted('iteration'));
  await untilEnd();
  await untilNothingIsOwed(system);
  expect(receiver.calls.filter(isEnd)).toHaveLength(1);
  expectOrder(receiver.calls);
}, 90_000);

test('a stopping brain leaves to the other one what is not told', async () => {
  const system = await start(() => TELLS, { pace: SLOWLY });
  await system.addBrain();
  const { message_id } = await system.owner.chatWithCallback(wanted('sentence'));
  await receiver.waitFor(({ event }) => event.type === 'progress');
  expect(await system.brain.end('SIGTERM')).toBe(0);
  const end = await untilEnd();
  expect(end.event).toMatchObject({ type: 'complete', run_id: message_id });
  expect(takenEnds()).toHaveLength(1);
  expect(toText(receiver.calls)).toBe(WHOLE);
}, 90_000);

test('a receiver that hangs does not keep a brain from stopping, and is called by the next one', async () => {
  const system = await start(() => textReply('ready'));
  receiver.answer(() => undefined);
  await system.owner.chat(wanted('complete'));
  const first = await receiver.waitFor(isEnd);
  expect(await system.brain.end('SIGTERM')).toBe(0);
  receiver.answer(TAKE);
  await system.restartBrain();
  expect((await untilEnd()).id).toBe(first.id);
  await untilNothingIsOwed(system);
}, 90_000);
