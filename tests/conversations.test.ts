import { textReply } from '@bakerst/offline-model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { OWNER_TOKEN, SUPER_TOKEN, type System, startSystem } from './support/system.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem({
    workers: 0,
    script: ({ messages }) =>
      JSON.stringify(messages.at(-1)).includes('hang')
        ? { kind: 'hang' }
        : textReply('The café in Zürich opens at nine.'),
  });
});
afterAll(() => system[Symbol.asyncDispose]());

test('a conversation is opened, named, talked in, listed and read', async () => {
  const { owner } = system;
  const made = await owner.createConversation({ title: '  Holidays ' });
  expect(made).toMatchObject({ title: 'Holidays', is_default: false, message_count: 0 });
  const answer = await owner.chat({ message: 'When does it open?', conversation_id: made.id });
  expect(answer.conversation_id).toBe(made.id);
  const [first] = (await owner.listConversations()).data;
  expect(first).toMatchObject({ id: made.id, title: 'Holidays', message_count: 2 });
  const { data } = await owner.listMessages(made.id);
  expect(data.map(({ seq, role, content }) => [seq, role, content])).toEqual([
    [2, 'assistant', 'The café in Zürich opens at nine.'],
    [1, 'user', 'When does it open?'],
  ]);
  const page = await owner.listMessages(made.id, { order: 'oldest', limit: 1 });
  expect(page.data.map(({ seq }) => seq)).toEqual([1]);
  const rest = await owner.listMessages(made.id, {
    order: 'oldest',
    cursor: page.next_cursor ?? '',
  });
  expect(rest.data.map(({ seq }) => seq)).toEqual([2]);
});

test('without a title it has its first words, cut between words', async () => {
  const { owner } = system;
  const { id } = await owner.createConversation();
  const message = `Please tell me\nall that you know ${'about the sea and its fish '.repeat(5)}`;
  await owner.chat({ message, conversation_id: id });
  const { title } = await owner.getConversation(id);
  expect(title).toMatch(/^Please tell me all that you know about .*[a-z]…$/);
  expect(title?.length).toBeLessThanOrEqual(61);
});

test('pinning, archiving and renaming change what is asked for and nothing else', async () => {
  const { owner } = system;
  const { id } = await owner.createConversation({ title: 'one' });
  expect(await owner.changeConversation(id, { pinned: true })).toMatchObject({
    title: 'one',
    pinned: true,
    archived: false,
  });
  expect(await owner.changeConversation(id, { archived: true, title: 'two' })).toMatchObject({
    title: 'two',
    pinned: true,
    archived: true,
  });
  const listed = async (query: object) =>
    (await owner.listConversations(query)).data.map((each) => each.id);
  expect(await listed({})).not.toContain(id);
  expect(await listed({ archived: true })).toEqual([id]);
  expect(await listed({ archived: true, pinned: false })).toEqual([]);
  // What is spoken in again is back in the list.
  await owner.chat({ message: 'again', conversation_id: id });
  expect(await listed({ pinned: true })).toEqual([id]);
});

test('a deleted conversation is gone, and comes back whole', async () => {
  const { owner } = system;
  const { id } = await owner.createConversation({ title: 'secret plans' });
  await owner.chat({ message: 'the password is swordfish', conversation_id: id });
  await owner.deleteConversation(id);
  for (const attempt of [
    () => owner.getConversation(id),
    () => owner.listMessages(id),
    () => owner.chat({ message: 'hello?', conversation_id: id }),
    () => owner.changeConversation(id, { pinned: true }),
    () => owner.deleteConversation(id),
  ])
    await expect(attempt()).rejects.toMatchObject({
      status: 404,
      body: { reason: 'CONVERSATION_NOT_FOUND' },
    });
  expect((await owner.searchMessages('swordfish')).data).toEqual([]);
  const history = await owner.listHistory('home', 'owner');
  expect(history.entries.some((each) => each.user_message.includes('swordfish'))).toBe(false);
  expect((await owner.listConversations({ deleted: true })).data).toMatchObject([{ id }]);
  expect(await owner.restoreConversation(id)).toMatchObject({ id, deleted_at: null });
  expect((await owner.searchMessages('swordfish')).data).toMatchObject([{ conversation_id: id }]);
  expect((await owner.listMessages(id)).data).toHaveLength(2);
});

test('deleting the default conversation makes room for a new one; restoring the old one does not take its place', async () => {
  const { owner } = system;
  const first = (await owner.chat({ message: 'hello' })).conversation_id;
  await owner.deleteConversation(first);
  const second = (await owner.chat({ message: 'hello again' })).conversation_id;
  expect(second).not.toBe(first);
  expect(await owner.restoreConversation(first)).toMatchObject({ is_default: false });
  expect((await owner.chat({ message: 'still here' })).conversation_id).toBe(second);
});

test('messages are found by words, without accents, by the beginning of the last one, newest first', async () => {
  const { owner } = system;
  const { id } = await owner.createConversation();
  await owner.chat({ message: 'Where is the "Häagen" shop; the big one?', conversation_id: id });
  const find = async (q: string) => (await owner.searchMessages(q)).data;
  const [found] = await find('haagen SHO');
  expect(found).toMatchObject({ conversation_id: id, seq: 1, role: 'user' });
  const marked = found?.marks.map(([from, to]) => found.snippet.slice(from, to));
  expect(marked).toEqual(['Häagen', 'shop']);
  expect(await find('haagen nothing')).toEqual([]);
  expect(await find('"haagen" OR NOT * (shop')).toHaveLength(0);
  expect((await find('zurich cafe')).length).toBeGreaterThan(1);
  const page = await owner.searchMessages('zurich', { limit: 1 });
  const next = await owner.searchMessages('zurich', { limit: 1, cursor: page.next_cursor ?? '' });
  expect(next.data[0]?.conversation_id).not.toBe(page.data[0]?.conversation_id);
});

test.each([
  ['Выпьем чай с мёдом', 'мёдом чай'],
  ['Γεια σου Ελλάδα', 'ελλαδα'],
  ['나는 한국어를 배운다', '한국어'],
  ['मैं हिन्दी बोलता हूँ', 'हिन्दी'],
  ['שָׁלוֹם עולם', 'שלום'],
  ['これは です ね', 'です'],
  ['İstanbul çok güzel', 'istanbul guzel'],
])('%j is found by %j', async (message, words) => {
  const { conversation_id: id } = await system.owner.chat({ message });
  const [found] = (await system.owner.searchMessages(words)).data;
  expect(found).toMatchObject({ conversation_id: id, role: 'user' });
  expect(found?.snippet).toBe(message);
  expect(found?.marks.length).toBeGreaterThan(0);
});

test('a conversation with a run on is not deleted under it', async () => {
  const { owner } = system;
  const { id } = await owner.createConversation();
  void owner.chat({ message: 'hang', conversation_id: id }).catch(() => undefined);
  await expect.poll(async () => (await owner.listRuns({ status: 'running' })).data).toHaveLength(1);
  await expect(owner.deleteConversation(id)).rejects.toMatchObject({
    status: 409,
    body: { reason: 'CONVERSATION_BUSY' },
  });
  const [run] = (await owner.listRuns({ status: 'running' })).data;
  await owner.haltRun(run?.id ?? '');
  await expect.poll(() => owner.deleteConversation(id).then(() => 'gone')).toBe('gone');
  expect((await owner.listRuns({ conversation_id: id })).data).toEqual([]);
});

test('a conversation is exported as Markdown and as JSON', async () => {
  const { owner } = system;
  const { id } = await owner.createConversation({ title: 'Fish & chips: où?' });
  await owner.chat({ message: 'one\ntwo', conversation_id: id });
  const markdown = await owner.exportConversation(id);
  expect(markdown).toMatch(
    /^# Fish & chips: où\?\n\n## You, [-0-9: ]+ UTC\n\none\ntwo\n\n## Assistant/,
  );
  const json: unknown = JSON.parse(await owner.exportConversation(id, { format: 'json' }));
  expect(json).toMatchObject({ conversation: { id }, messages: [{ seq: 1 }, { seq: 2 }] });
  const file = await system.get(`/api/v1/conversations/${id}/export`);
  expect(file.headers.get('Content-Disposition')).toBe('attachment; filename=fish-chips-ou.md');
});

test('an Idempotency-Key opens one conversation', async () => {
  const { owner } = system;
  const open = (title: string) => owner.createConversation({ title }, { idempotencyKey: 'once' });
  const [one, two] = await Promise.all([open('same'), open('same')]);
  expect(two.id).toBe(one.id);
  await expect(open('other')).rejects.toMatchObject({ status: 422 });
});

test('pages of conversations hold each of them once', async () => {
  const { owner } = system;
  const all = (await owner.listConversations({ limit: 100 })).data.map(({ id }) => id);
  const seen: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await owner.listConversations({ limit: 2, ...(cursor && { cursor }) });
    seen.push(...page.data.map(({ id }) => id));
    cursor = page.next_cursor;
  }
  expect(seen).toEqual(all);
});

test('readers of the events hear of a conversation that was changed', async () => {
  const stop = new AbortController();
  const events = system.owner.watchEvents({ signal: stop.signal });
  expect((await events.next()).value).toEqual({ type: 'hello' });
  const { id } = await system.owner.createConversation({ title: 'heard' });
  expect((await events.next()).value).toEqual({ type: 'conversation', conversation_id: id });
  stop.abort();
});

test('clearing a history is for administrators, and leaves nothing to be seen', async () => {
  const mine = await system.get('/api/v1/orgs/home/users/owner/history');
  expect(((await mine.json()) as { total_count: number }).total_count).toBeGreaterThan(0);
  const clear = (token: string) =>
    fetch(`${system.url}/api/v1/orgs/home/users/owner/history`, {
      method: 'DELETE',
      headers: { Authorization: `Bearer ${token}` },
    });
  expect((await clear(OWNER_TOKEN)).status).toBe(403);
  expect(await (await clear(SUPER_TOKEN)).json()).toEqual({ message: 'User history cleared' });
  expect((await system.owner.listConversations()).data).toEqual([]);
  expect(await system.owner.listHistory('home', 'owner')).toMatchObject({ total_count: 0 });
});
