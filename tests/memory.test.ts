import { createClient } from '@bakerst/client';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { SUPER_TOKEN, type System, startSystem } from './support/system.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
});

async function say(message: string): Promise<string> {
  const { responses } = await system.owner.chat({ message });
  return responses.join(' ');
}

test('what is remembered outlasts a restart, can be corrected, and says who told it and when', async () => {
  const startedAt = Date.now();
  expect(await say('remember that the NAS is called Mycroft')).toContain('I will remember');
  await say('remember that the NAS  is called Mycroft');
  expect(system.query('SELECT source, category FROM fact')).toEqual([
    { source: 'model', category: 'general' },
  ]);
  await system.brain.end('SIGTERM');
  await system.restartBrain();
  expect(await say('what is my NAS called?')).toContain('Mycroft');
  expect(await say('no, it is Moriarty now')).toContain('Corrected');
  await system.owner.createConversation({});
  const answer = await say('what is my NAS called?');
  expect(answer).toContain('Moriarty');
  expect(answer).not.toContain('Mycroft');

  const { data } = await system.owner.listFacts();
  expect(data).toMatchObject([{ text: 'the NAS is called Moriarty', superseded_by: null }]);
  const fact = await system.owner.getFact(data[0]?.id ?? '');
  expect(fact.history).toMatchObject([
    { kind: 'stored', text: 'the NAS is called Mycroft', source: { kind: 'model' } },
    { kind: 'corrected', text: 'the NAS is called Moriarty', source: { kind: 'model' } },
  ]);
  for (const { at, source } of fact.history) {
    expect(Date.parse(at)).toBeGreaterThanOrEqual(startedAt);
    const run = await system.owner.getRun(source.run_id ?? '');
    expect(Date.parse(run.created_at)).toBeLessThanOrEqual(Date.parse(at));
  }
});

test('what may matter for a message is in its prompt, with ids, and on record', async () => {
  const { id } = await system.owner.storeFact({ text: 'The grinder is set to 9 for espresso.' });
  // Without memories there is an answer too, should they take too long to be found.
  await vi.waitFor(
    async () => {
      const { run_id: runId } = await system.owner.chat({ message: 'Time for an espresso!' });
      const [first] = system.query(
        "SELECT payload FROM run_step WHERE run_id = ? AND type = 'turn_started'",
        runId,
      );
      expect(JSON.parse(String(first?.['payload']))).toMatchObject({ factIds: [id] });
    },
    { timeout: 30_000 },
  );
  const bodies = system.query('SELECT content FROM body').map(({ content }) => String(content));
  expect(bodies.filter((body) => body.includes(`[${id}]`))).toHaveLength(1);
});

test('facts are told, looked up, corrected, restored and forgotten over the API', async () => {
  const { owner } = system;
  const told = { text: 'The cat eats tuna.', category: 'personal' } as const;
  const key = { idempotencyKey: 'cat' };
  const events = owner.watchEvents();
  expect((await events.next()).value).toEqual({ type: 'hello' });
  const old = await owner.storeFact(told, key);
  expect((await events.next()).value).toEqual({ type: 'facts' });
  await events.return(undefined);
  expect(old).toMatchObject({ source: { kind: 'user', run_id: null }, similar: [] });
  expect(await owner.storeFact(told, key)).toEqual(old);
  const other = owner.storeFact({ ...told, text: 'The cat eats salmon.' }, key);
  await expect(other).rejects.toMatchObject({ status: 422 });
  const now = await owner.correctFact(old.id, { text: 'The cat eats mice.' });
  expect(now).toMatchObject({ category: 'personal', superseded_by: null });
  expect((await owner.listFacts({ q: 'cats', category: 'personal' })).data).toEqual([now]);
  expect((await owner.listFacts({ q: 'cats', category: 'work' })).data).toEqual([]);
  expect(await owner.compatMemories({ q: 'cat' })).toMatchObject([
    { id: now.id, content: 'The cat eats mice.', category: 'personal' },
  ]);
  await expect(owner.correctFact(old.id, { text: 'x' })).rejects.toMatchObject({
    body: { reason: 'FACT_SUPERSEDED' },
  });
  expect(await owner.restoreFact(old.id)).toMatchObject({ id: old.id, superseded_by: null });
  await owner.deleteFact(old.id);
  await expect(owner.getFact(now.id)).rejects.toMatchObject({
    body: { reason: 'FACT_NOT_FOUND' },
  });
});

test('facts go to a file and come back from it once', async () => {
  const { owner } = system;
  const red = await owner.storeFact({ text: 'The door is red.', category: 'gear' });
  await owner.correctFact(red.id, { text: 'The door is green.' });
  const file = await owner.exportFacts();
  const lines = file.trim().split('\n').length;
  const bob = { user_id: 'bob' };
  const root = createClient({ baseUrl: system.url, token: SUPER_TOKEN });
  expect(await root.importFacts(new Blob([file]), bob)).toEqual({ imported: lines, known: 0 });
  expect(await root.importFacts(new Blob([file]), bob)).toEqual({ imported: 0, known: lines });
  const [door] = (await root.listFacts({ ...bob, q: 'door' })).data;
  expect(door).toMatchObject({ text: 'The door is green.', source: { kind: 'user' } });
  const { history } = await root.getFact(door?.id ?? '', bob);
  expect(history).toMatchObject([
    { kind: 'stored', text: 'The door is red.', source: { kind: 'user' }, at: red.created_at },
    { kind: 'corrected', text: 'The door is green.', source: { kind: 'user' } },
    { kind: 'imported', text: 'The door is red.', source: { kind: 'service', name: 'super' } },
    { kind: 'imported', text: 'The door is green.' },
  ]);
  const bad = owner.importFacts(new Blob(['{"text":"fine"}\n{"text":""}\n']));
  await expect(bad).rejects.toMatchObject({ status: 400, body: { reason: 'INVALID_FACTS' } });
  expect((await owner.listFacts({ q: 'fine' })).data).toEqual([]);
});
