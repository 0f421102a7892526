import { createServer } from 'node:http';
import { byTurn, countTurns, textReply, toolReply } from '@bakerst/offline-model';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { close, listen } from './faults/harness/listen.ts';
import { isEnd, openReceiver, type ReceivedCallback, type Receiver } from './support/receiver.ts';
import { type System, type SystemOptions, startSystem } from './support/system.ts';

let receiver: Receiver;
let open: AsyncDisposableStack;
let gate: PromiseWithResolvers<void>;
beforeEach(async () => {
  open = new AsyncDisposableStack();
  receiver = open.use(await openReceiver());
  gate = Promise.withResolvers();
});
afterEach(() => open.disposeAsync());

/** The first run uses a tool; nothing is said before the gate is open. */
async function start(more: SystemOptions = {}): Promise<System> {
  const system = await startSystem({
    workers: 0,
    brainEnv: { HTTP_ALLOW_HOSTS: receiver.host },
    script: async (request) => {
      await gate.promise;
      const isFirst = countTurns(request) === 0 && request.messages.length === 1;
      return isFirst ? toolReply('list_jobs', {}) : textReply(`answer ${request.messages.length}`);
    },
    ...more,
  });
  return open.use(system);
}

function wanted(messageKey: string, more: object = {}) {
  return {
    message: `message of ${messageKey}`,
    progress_callback_url: receiver.url,
    progress_mode: 'complete' as const,
    message_key: messageKey,
    ...more,
  };
}

function endOf(messageKey: string): Promise<ReceivedCallback> {
  return receiver.waitFor((call) => isEnd(call) && call.event.message_key === messageKey);
}

function untilNothingIsOwed(system: System): Promise<void> {
  return expect.poll(() => system.query('SELECT 1 FROM callback')).toEqual([]);
}

test('a request that is repeated under its key calls back once', async () => {
  const system = await start();
  const ask = (path: string, more = {}) =>
    system.post(path, wanted('once', more), { 'Idempotency-Key': 'key-1' });
  gate.resolve();
  const first = [ask('/api/v1/chat'), ask('/api/v1/chat'), ask('/api/v1/chat/callback')];
  const answers = await Promise.all(first);
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 202]);
  await endOf('once');
  await untilNothingIsOwed(system);
  const late = await ask('/api/v1/chat/callback');
  const runId = answers[0]?.headers.get('x-run-id');
  expect(await late.json()).toEqual({ message_id: runId });
  for (const more of [{ message_key: 'twice' }, { progress_mode: 'full' }])
    expect((await ask('/api/v1/chat', more)).status).toBe(422);
  expect((await system.owner.listRuns()).data).toHaveLength(1);
  expect(system.query('SELECT 1 FROM callback')).toEqual([]);
  expect(receiver.calls.filter(isEnd)).toHaveLength(1);
});

test('a message that waits, or joins the run that is on, is called back too', async () => {
  const system = await start();
  const { message_id: first } = await system.owner.chatWithCallback(wanted('first'));
  await system.model.waitForRequest(1);
  const busy = await system.post('/api/v1/chat/callback', wanted('refused'));
  expect(busy.status).toBe(429);
  const steered = await system.owner.chatWithCallback(wanted('steered', { on_busy: 'steer' }));
  const queued = await system.owner.chatWithCallback(wanted('queued', { on_busy: 'queue' }));
  const halted = await system.owner.chatWithCallback(wanted('halted', { on_busy: 'queue' }));
  await system.owner.haltRun(halted.message_id);
  expect((await endOf('halted')).event).toMatchObject({ type: 'complete', status: 'halted' });
  expect(receiver.calls).toHaveLength(1);
  gate.resolve();
  const firstEnd = (await endOf('first')).event;
  expect(firstEnd).toMatchObject({ run_id: first, status: 'completed' });
  // It is answered by the run that took it up.
  expect((await system.owner.getRun(steered.message_id)).merged_into).toBe(first);
  expect((await endOf('steered')).event).toMatchObject({
    run_id: steered.message_id,
    text: firstEnd.type === 'complete' ? firstEnd.text : '',
  });
  expect((await endOf('queued')).event).toMatchObject({ run_id: queued.message_id });
  await untilNothingIsOwed(system);
  const keys = receiver.calls.map(({ event }) => event.message_key);
  expect(keys.toSorted()).toEqual(['first', 'halted', 'queued', 'steered']);
});

test('messages that wait are called back by the brain that comes after a killed one', async () => {
  const system = await start();
  await system.owner.chatWithCallback(wanted('first'));
  await system.model.waitForRequest(1);
  await system.owner.chatWithCallback(wanted('queued', { on_busy: 'queue' }));
  await system.brain.end('SIGKILL');
  gate.resolve();
  await system.restartBrain();
  await Promise.all([endOf('first'), endOf('queued')]);
  await untilNothingIsOwed(system);
  expect(receiver.calls).toHaveLength(2);
}, 90_000);

test('a run that goes on after its end was told tells no second one', async () => {
  const shop = createServer((request) => request.socket.destroy());
  const port = await listen(shop);
  open.defer(() => close(shop));
  const env = { HTTP_ALLOW_HOSTS: `${receiver.host},127.0.0.1:${port}` };
  const system = await start({
    workers: 1,
    brainEnv: env,
    workerEnv: env,
    script: byTurn([
      toolReply('dispatch_job', { type: 'http', method: 'POST', url: `http://127.0.0.1:${port}/` }),
      textReply('ordered'),
    ]),
  });
  const { message_id: runId } = await system.owner.chatWithCallback(wanted('order'));
  expect((await endOf('order')).event).toMatchObject({ type: 'complete', status: 'uncertain' });
  await untilNothingIsOwed(system);
  const [job] = (await system.owner.listJobs()).data;
  await system.owner.resolveJob(job?.id ?? '', { outcome: 'happened', result: 'ok' });
  await expect.poll(async () => (await system.owner.getRun(runId)).status).toBe('completed');
  // Whatever comes later comes before this.
  await system.owner.chatWithCallback(wanted('next'));
  await endOf('next');
  expect(receiver.callsOf('order')).toHaveLength(1);
}, 90_000);
