import { afterAll, beforeAll, expect, test } from 'vitest';
import { GARY } from '../support/bot-api/speech.ts';
import { makeCode, openTown, type Town } from './support/gateway-testing.ts';

let town: Town;
beforeAll(async () => {
  town = await openTown();
});
afterAll(async () => {
  await town[Symbol.asyncDispose]();
});

const texts = () => town.api.in(GARY.id).map(({ text }) => text);

/** Says something, and gives what is told next. */
async function ask(text: string, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const known = town.api.in(GARY.id).length;
  town.api.say(text, more);
  await town.api.until(() => {
    const next = town.api.in(GARY.id)[known];
    return next !== undefined && next.buttons.length === 0 && !next.text.startsWith('⏳');
  });
  return texts()[known] ?? '';
}

test('commands do here what they do elsewhere', async () => {
  expect(await ask('/start')).toContain('/help lists the commands');
  expect(await ask('/start from-the-website')).toContain('/help lists the commands');
  expect(await ask('/help')).toContain('/recall [words]');
  expect(await ask('/dance')).toContain('There is no command /dance');
  expect(await ask('/remember my oven is a Miele')).toContain('Remembered: my oven is a Miele');
  expect(await ask('/recall oven')).toContain('my oven is a Miele');
  expect(await ask('/run return 6 * 7')).toMatch(/^The code return 6 \* 7 is done\.\s+42$/);
  expect(await ask('/jobs')).toMatch(/code, completed/);
  expect(await ask('/persona')).toContain('There are:');
  const listed = town.api.calls.find(({ method }) => method === 'setMyCommands')?.payload.commands;
  expect(listed?.map(({ command }) => command)).toContain('stop');
  expect(listed?.map(({ command }) => command)).not.toContain('link');
});

test('a new conversation begins, and what was said last can be undone and saved', async () => {
  await ask('what is 2 + 3?');
  const first = await conversationsOf('owner');
  expect(await ask('/new')).toBe('A new conversation begins.');
  await ask('what is 4 + 5?');
  expect(await conversationsOf('owner')).toBe(first + 1);
  expect(await ask('/undo')).toBe('It goes on from there.');
  await ask('/new');
  await ask('what is 10 + 20?');
  const known = town.api.in(GARY.id).length;
  town.api.say('/export');
  await town.api.until(() => town.api.in(GARY.id).length > known);
  const file = town.api.in(GARY.id).at(-1)?.file;
  expect(file?.name).toMatch(/^conversation-.*\.md$/);
  expect(file?.content).toContain('what is 10 + 20?');
});

async function conversationsOf(user: string): Promise<number> {
  const { data } = await town.system.owner.listConversations({ limit: 100 });
  return data.filter(({ user_id: id }) => id === user).length;
}

test('an update that comes again starts nothing again', async () => {
  const run = town.api.say('/run return 111 * 3');
  await town.api.until(() => texts().some((text) => /is done\.\s+333$/.test(text)));
  const said = town.api.say('what is 100 + 23?');
  await town.api.until(() => texts().some((text) => text.endsWith(' = 123')));
  const [model] = (await town.system.owner.listModels()).data;
  const chosen = town.api.say(`/model ${model?.id}`);
  await town.api.until(() => texts().at(-1)?.startsWith('From now on') === true);
  expect(await ask('/new')).toBe('A new conversation begins.');
  await town.gateway.end();
  for (const id of [run, said, chosen]) town.api.updates.repeat(id);
  await town.restartGateway();
  const last = town.api.say('what is 100 + 50?');
  await town.api.until(() => texts().some((text) => text.endsWith(' = 150')));
  await town.api.until(() => town.api.updates.confirmed() > last);
  // As whole words: ids and times have such digits, too.
  expect(texts().filter((text) => /is done\.\s+333$/.test(text))).toHaveLength(1);
  expect(texts().filter((text) => text.endsWith(' = 123'))).toHaveLength(1);
  const { data } = await town.system.owner.listJobs({ limit: 100 });
  const ofThis = data.filter(({ result }) => Object(result).value === 333);
  expect(ofThis.map(({ id }) => id)).toHaveLength(1);
  // What was chosen stays with the conversation of that time.
  const [newest, before] = (await town.system.owner.listConversations({ limit: 2 })).data;
  expect([newest?.model, before?.model]).toEqual([null, model?.id]);
});

test('a picture goes with its words, and what nobody understands is answered', async () => {
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );
  town.api.putFile('one', png);
  town.api.putFile('two', png);
  const known = town.api.in(GARY.id).length;
  const album = { media_group_id: 'a' };
  town.api.send({ ...album, caption: 'what is 30 + 3?', photo: [{ file_id: 'one' }] });
  town.api.send({ ...album, photo: [{ file_id: 'two' }] });
  await town.api.until(() =>
    town.api
      .in(GARY.id)
      .slice(known)
      .some(({ text }) => text.includes('33')),
  );
  const { data } = await town.system.owner.listConversations({ limit: 1 });
  const messages = await town.system.owner.listMessages(data[0]?.id ?? '', { limit: 5 });
  const [asked] = messages.data.filter(({ role }) => role === 'user');
  expect(asked?.attachments.map(({ kind }) => kind)).toEqual(['image', 'image']);
  town.api.send({ voice: { file_id: 'v' } });
  await town.api.until(() => texts().some((text) => text.startsWith('I cannot listen yet')));
  town.api.send({ document: { file_id: 'zip', file_name: 'all.zip', file_size: 99_000_000 } });
  await town.api.until(() => texts().some((text) => text.includes('all.zip is too large')));
});

test('strangers are told nothing; a wrong code is', async () => {
  const stranger = { id: 666, first_name: 'Eve' };
  town.api.say('let me in', { from: stranger });
  town.api.say('/link ABCDEFGH');
  await town.api.until(() => texts().some((text) => text.startsWith('There is no such code')));
  expect(town.api.in(stranger.id)).toEqual([]);
  const group = { id: -100_42, type: 'supergroup', title: 'Family' };
  town.api.say('/link@baker_bot ABCDEFGH', { chat: group });
  await town.api.until(() => town.api.in(group.id).length > 0);
  expect(town.api.in(group.id)[0]?.text).toBe('Please send that to me directly.');
});

test('a code that a group has read makes nobody anything, whoever says it', async () => {
  const eve = { id: 668, first_name: 'Eve' };
  const group = { id: -100_44, type: 'supergroup', title: 'Family' };
  const { code } = await makeCode(town.system, 'owner');
  town.api.say(`/link@baker_bot ${code}`, { chat: group });
  await town.api.until(() => town.api.in(group.id).length > 0);
  expect(town.api.in(group.id)[0]?.text).toContain('it counts no more');
  town.api.say(`/link ${code}`, { from: eve });
  await town.api.until(() => town.api.in(eve.id).length > 0);
  expect(town.api.in(eve.id)[0]?.text).toContain('There is no such code');
  town.api.say('/link@baker_bot ABCDEFGH', { chat: group, from: eve });
  await expect.poll(() => town.api.updates.waiting.length).toBe(0);
  expect(town.api.in(group.id)).toHaveLength(1);
});

test('whoever guesses codes hears no more after some, and holds up nothing', async () => {
  const guesser = { id: 667, first_name: 'Mallory' };
  for (let i = 0; i < 7; i += 1) town.api.say('/link ABCDEFGH', { from: guesser });
  await expect.poll(() => town.api.updates.waiting.length).toBe(0);
});

test('what was asked for in a topic is told in that topic', async () => {
  const forum = { id: -100_43, type: 'supergroup', title: 'Kitchen', is_forum: true };
  const topics = [7, 8].map((message_thread_id) => ({
    chat: forum,
    is_topic_message: true,
    message_thread_id,
  }));
  for (const [i, topic] of topics.entries())
    town.api.say(`/run@baker_bot return "cake ${i}"`, topic);
  const told = () => town.api.in(forum.id).filter(({ text }) => /completed|cake/.test(text));
  await town.api.until(() => [7, 8].every((id) => told().some((it) => it.threadId === id)));
  for (const { text, threadId } of told())
    expect(text).toContain(threadId === 7 ? 'cake 0' : 'cake 1');
});
