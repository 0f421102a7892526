import { SandboxEnvelope } from '@bakerst/contracts';
import { byTurn, type ScriptReply, textReply, toolReply } from '@bakerst/offline-model';
import { expect, test } from 'vitest';
import { busyCode } from './support/busy-code.ts';
import { type System, startSystem } from './support/system.ts';

function startWith(script: readonly ScriptReply[]): Promise<System> {
  return startSystem({ workers: 0, script });
}

function ask(system: System): Promise<Response> {
  return system.post('/api/v1/chat', { message: 'hello' });
}

test('a refused key is said in words that help, on the answer and on health', async () => {
  await using system = await startWith([{ kind: 'refusal', status: 401 }]);
  const answer = await ask(system);
  expect(answer.status).toBe(502);
  expect(await answer.json()).toMatchObject({
    code: 'CLAUDE_API_ERROR',
    reason: 'MODEL_KEY_REFUSED',
    message: expect.stringContaining('ANTHROPIC_API_KEY'),
  });
  expect(await system.owner.health()).toMatchObject({
    model: { kind: 'custom', access: 'refused' },
  });
});

test('an overloaded model is said with the time after which to try again', async () => {
  await using system = await startSystem({
    workers: 0,
    script: () => ({ kind: 'refusal', status: 529 }),
  });
  const answer = await ask(system);
  expect(answer.status).toBe(502);
  expect(answer.headers.get('retry-after')).toBe('5');
  expect(await answer.json()).toMatchObject({
    reason: 'UPSTREAM_UNAVAILABLE',
    retry_after_ms: 5_000,
  });
  const runId = answer.headers.get('x-run-id') ?? '';
  expect((await system.owner.getRun(runId)).error).toMatchObject({ retry_after_ms: 5_000 });
}, 90_000);

test('a failed run keeps its message, is left out of history and of what the model gets, and frees the user', async () => {
  await using system = await startWith([
    { kind: 'refusal', status: 400, message: 'too strange' },
    textReply('welcome back'),
  ]);
  const failed = await ask(system);
  expect(failed.status).toBe(502);
  const runId = failed.headers.get('x-run-id') ?? '';
  expect(await system.owner.getRun(runId)).toMatchObject({
    status: 'failed',
    message: 'hello',
    answer: null,
    error: { code: 'CLAUDE_API_ERROR', reason: 'MODEL_REQUEST_REFUSED' },
  });
  expect((await ask(system)).status).toBe(200);
  expect(JSON.stringify(system.model.requests[1]?.body).match(/hello/g)).toHaveLength(1);
  expect((await system.owner.listHistory('home', 'owner')).entries).toHaveLength(1);
});

test('the stream of a failed run ends with one error', async () => {
  await using system = await startWith([{ kind: 'refusal', status: 400 }]);
  const events = await Array.fromAsync(system.owner.streamChat({ message: 'hello' }));
  expect(events.map(({ event }) => event.type)).toEqual(['status', 'error']);
  expect(events.at(-1)?.event).toMatchObject({
    code: 'CLAUDE_API_ERROR',
    error: expect.stringContaining('refused the request'),
  });
});

test('a reply that breaks off is taken back on the stream and given whole', async () => {
  await using system = await startWith([
    {
      kind: 'message',
      blocks: [{ type: 'text', text: ['half ', 'an '] }],
      fault: { kind: 'cut', afterDeltas: 2 },
    },
    { kind: 'message', blocks: [{ type: 'text', text: ['half ', 'an ', 'hour'] }] },
  ]);
  const events = await Array.fromAsync(system.owner.streamChat({ message: 'how long?' }));
  expect(events.map(({ event }) => event.type)).toEqual([
    ...['status', 'progress', 'progress', 'rewind'],
    ...['progress', 'progress', 'progress', 'complete'],
  ]);
  const rewind = events[3]?.event;
  expect(rewind?.type === 'rewind' && rewind.after).toBe('1.1');
  expect(events.at(-1)?.event).toMatchObject({ response: { responses: ['half an hour'] } });
});

test('an overloaded model is asked again before anybody notices', async () => {
  const busy: ScriptReply = { kind: 'refusal', status: 529, headers: { 'retry-after-ms': '5' } };
  await using system = await startWith([busy, busy, textReply('patience pays')]);
  expect(await (await ask(system)).json()).toMatchObject({ responses: ['patience pays'] });
});

test('ten turns are the most that a message takes, and the answer says so', async () => {
  await using system = await startSystem({
    script: () => toolReply('execute_code', { code: 'return 1' }),
  });
  const events = await Array.fromAsync(system.owner.streamChat({ message: 'for ever' }));
  expect(system.model.requests).toHaveLength(10);
  const end = events.at(-1)?.event;
  const responses = end?.type === 'complete' ? end.response.responses : [];
  expect(responses.at(-1)).toMatch(/10 turns/);
  const shown = events.flatMap(({ event }) => (event.type === 'progress' ? [event.text] : []));
  expect(shown.join('')).toMatch(/10 turns/);
  const run = await system.owner.getRun(end?.type === 'complete' ? end.response.run_id : '');
  expect(run).toMatchObject({
    status: 'completed',
    turns: 10,
    notice: { code: 'ITERATION_LIMIT' },
  });
});

test('two tools of one turn run at the same time', async () => {
  // The code's own clock stands still; that of its console does not.
  const code = `console.log('from'); ${busyCode(2_000)} console.log('to')`;
  const slow = { type: 'tool_use', name: 'execute_code', input: { code } } as const;
  await using system = await startSystem({
    script: byTurn([{ kind: 'message', blocks: [slow, slow] }, textReply('both done')]),
  });
  await system.owner.chat({ message: 'count twice' });
  const spans = system
    .query('SELECT result FROM job')
    .map(({ result }) => SandboxEnvelope.parse(JSON.parse(String(result))).logs)
    .map((logs) => logs.map(({ timestamp }) => timestamp));
  const begun = spans.map(([from = Number.POSITIVE_INFINITY]) => from);
  const ended = spans.map(([, to = 0]) => to);
  expect(Math.max(...begun)).toBeLessThan(Math.min(...ended));
});
