import type { UserEvent } from '@bakerst/contracts';
import { byTurn, textReply, toolReply } from '@bakerst/offline-model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { busyCode } from './support/busy-code.ts';
import { SUPER_TOKEN, type System, startSystem } from './support/system.ts';

let system: System;

beforeAll(async () => {
  system = await startSystem({
    script: byTurn([toolReply('execute_code', { code: 'return 7' }), textReply('seven')]),
  });
});
afterAll(() => system[Symbol.asyncDispose]());

test('the events of a user tell of runs and jobs as they happen, on every brain', async () => {
  const other = await system.addBrain();
  const here: UserEvent[] = [];
  const there: UserEvent[] = [];
  const stop = new AbortController();
  const watch = async (client: System['owner'], seen: UserEvent[]): Promise<void> => {
    for await (const event of client.watchEvents({ signal: stop.signal })) seen.push(event);
  };
  const watching = [watch(system.owner, here), watch(other.owner, there)];
  await expect.poll(() => [here[0]?.type, there[0]?.type]).toEqual(['hello', 'hello']);
  const { run_id: runId } = await system.owner.chat({ message: 'what is the number?' });
  const statuses = (seen: readonly UserEvent[], type: 'run' | 'job') =>
    seen.flatMap((event) => (event.type === type ? [event.status] : []));
  for (const seen of [here, there]) {
    await expect.poll(() => statuses(seen, 'run')).toEqual(['running', 'completed']);
    // What happens between the two is told of jobs that last.
    const [first, ...later] = statuses(seen, 'job');
    expect([first, later.at(-1)]).toEqual(['queued', 'completed']);
    expect(seen.find((event) => event.type === 'run')).toMatchObject({ run_id: runId });
    expect(seen.filter(({ type }) => type === 'conversation')).toHaveLength(1);
  }
  stop.abort();
  await Promise.allSettled(watching);
  await other.service.end();
});

test('runs are listed newest first, and their steps oldest first', async () => {
  for (const message of ['again', 'and again']) await system.owner.chat({ message });
  const page = await system.owner.listRuns({ limit: 2 });
  expect(page.data.map(({ message }) => message)).toEqual(['and again', 'again']);
  const rest = await system.owner.listRuns({ limit: 2, cursor: page.next_cursor ?? '' });
  expect(rest.data.map(({ message }) => message)).toEqual(['what is the number?']);
  expect(rest.next_cursor).toBeNull();
  const [newest] = page.data;
  const steps = await system.owner.listSteps(newest?.id ?? '');
  expect(steps.data.map(({ type }) => type)).toEqual([
    'message_accepted',
    'turn_started',
    'model_replied',
    'tool_called',
    'tool_answered',
    'turn_started',
    'model_replied',
    'finished',
  ]);
  expect(steps.data.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  const head = await system.owner.listSteps(newest?.id ?? '', { limit: 6 });
  const behind = { limit: 100, cursor: head.next_cursor ?? '' };
  const tail = await system.owner.listSteps(newest?.id ?? '', behind);
  expect(tail.data.map(({ type }) => type)).toEqual(['model_replied', 'finished']);
});

test('a super credential that names an org sees all its runs, one that names a user those of the user', async () => {
  const headers = { Authorization: `Bearer ${SUPER_TOKEN}` };
  await system.post('/api/v1/chat', { message: 'from alice', user_id: 'alice' }, headers);
  const messagesAt = async (path: string): Promise<string[]> => {
    const body = (await (await system.get(path, headers)).json()) as {
      data: { message: string }[];
    };
    return body.data.map(({ message }) => message);
  };
  expect(await messagesAt('/api/v1/runs?org=home&limit=2')).toEqual(['from alice', 'and again']);
  expect(await messagesAt('/api/v1/runs?org=home&user_id=alice')).toEqual(['from alice']);
  const own = await system.owner.listRuns();
  expect(own.data.map(({ message }) => message)).not.toContain('from alice');
});

test('a foreign run is 404 like one that does not exist', async () => {
  const [foreign] = system.query(`SELECT id FROM run WHERE user_id = 'alice'`);
  for (const path of ['', '/steps', '/events']) {
    const answer = await system.get(`/api/v1/runs/${foreign?.['id']}${path}`);
    expect(answer.status).toBe(404);
  }
});

test('the events of a job tell that it was taken up, when it lasts', async () => {
  const seen: UserEvent[] = [];
  const stop = new AbortController();
  const watching = (async () => {
    for await (const event of system.owner.watchEvents({ signal: stop.signal })) seen.push(event);
  })();
  await expect.poll(() => seen[0]?.type).toBe('hello');
  const code = `${busyCode(1_500)} return 1`;
  await system.owner.postJob({ type: 'code', code });
  const statuses = () => seen.flatMap((event) => (event.type === 'job' ? [event.status] : []));
  await expect.poll(() => statuses().at(-1)).toBe('completed');
  expect(statuses()).toContain('running');
  stop.abort();
  await Promise.allSettled([watching]);
}, 90_000);
