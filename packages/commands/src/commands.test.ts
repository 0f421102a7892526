import { ApiError } from '@bakerst/client';
import { expect, test } from 'vitest';
import { COMMANDS } from './commands.ts';
import { openChat } from './commands-testing.ts';

const TALK = '0193c1d6-0000-7000-8000-000000000001';
const JOB = '0193c1d6-0000-7000-8000-000000000002';

test.each(['hello', '/', '//help', '/etc/hosts is a file', ' /help', 'see /help'])(
  '"%s" is something to be said',
  async (line) => {
    const chat = openChat();
    expect(await chat.give(line)).toBe('said');
    expect(chat.said).toEqual([]);
  },
);

test('help lists every command, and explains one', async () => {
  const chat = openChat();
  expect(await chat.give('/HELP ')).toBe('done');
  expect(chat.said[0]?.split('\n')).toHaveLength(COMMANDS.length);
  await chat.give('/help /stop');
  expect(chat.said[1]).toMatch(/^- `\/stop` .*also `\/halt`$/);
});

test('what is no command, and what misses something, is told', async () => {
  const chat = openChat();
  expect(await chat.give('/dance')).toBe('failed');
  expect(chat.said).toEqual([expect.stringContaining('`/dance`')]);
  expect(await chat.give('/remember')).toBe('failed');
  expect(chat.said[1]).toContain('`/remember <what>`');
});

test('a refusal and a lost connection are told, a bug is not hidden', async () => {
  const refusal = new ApiError(new Response(null, { status: 429 }), '');
  const listJobs = (failure: Error) => openChat({ listJobs: failure });
  const refused = listJobs(refusal);
  expect(await refused.give('/jobs')).toBe('failed');
  expect(refused.said[0]).toMatch(/^That did not work: .*429/);
  const lost = listJobs(new TypeError('fetch failed'));
  await lost.give('/jobs');
  expect(lost.said[0]).toContain('cannot be reached');
  await expect(listJobs(new RangeError('a bug')).give('/jobs')).rejects.toThrow('a bug');
});

test('new leads to a new conversation, at once made when it has a name', async () => {
  const chat = openChat({ createConversation: { id: TALK } });
  await chat.give('/new');
  await chat.give('/new Bread and rolls');
  expect(chat.opened).toEqual([{ kind: 'new_conversation' }, { kind: 'conversation', id: TALK }]);
  expect(chat.calls).toEqual([['createConversation', { title: 'Bread and rolls' }, {}]]);
});

test('undo forks before the last question, with all that was said to its run', async () => {
  const message = (seq: number, role: string, run_id: string) => ({ seq, role, run_id });
  const data = [
    message(6, 'assistant', 'two'),
    message(5, 'user', 'two'),
    message(4, 'user', 'two'),
    message(3, 'assistant', 'one'),
  ];
  const fork = { id: JOB };
  const chat = openChat({ listMessages: { data }, forkConversation: fork }, TALK);
  await chat.give('/undo');
  expect(chat.calls[1]).toEqual(['forkConversation', TALK, { before_seq: 4 }, {}]);
  expect(chat.opened).toEqual([{ kind: 'conversation', id: JOB }]);
  const empty = openChat();
  await empty.give('/undo');
  expect(empty.said).toEqual(['Nothing was said yet.']);
});

test('a conversation is saved in the format that is asked for', async () => {
  const chat = openChat({ exportConversation: '# Bread' }, TALK);
  await chat.give('/export');
  await chat.give('/export json');
  await chat.give('/export pdf');
  expect(chat.files.map(({ name }) => name)).toEqual([
    'conversation-0193c1d6.md',
    'conversation-0193c1d6.json',
  ]);
  expect(chat.said).toEqual([expect.stringContaining('`json`')]);
});

test('stop halts the run that is on', async () => {
  const listRuns = ({ status }: { status: string }) => ({
    data: status === 'waiting' ? [{ id: JOB }] : [],
  });
  const chat = openChat({ listRuns });
  await chat.give('/stop');
  expect(chat.calls).toContainEqual(['haltRun', JOB]);
  const idle = openChat({ listRuns: { data: [] } });
  await idle.give('/stop');
  expect(idle.said).toEqual(['Nothing is going on.']);
});

test('who answers is chosen by name; without one all are shown', async () => {
  const chat = openChat({
    listModels: { data: [{ id: 'claude-big', name: 'Claude Big' }] },
    listPersonas: { data: [{ name: 'cook', description: 'knows bread' }] },
  });
  await chat.give('/model Claude-Big');
  await chat.give('/persona cook');
  await chat.give('/model default');
  expect(chat.choices).toEqual([
    { kind: 'model', id: 'claude-big' },
    { kind: 'persona', name: 'cook' },
    { kind: 'model', id: null },
  ]);
  await chat.give('/persona');
  expect(chat.said.at(-1)).toContain('- `cook` knows bread');
  // What was typed can be corrected, as it failed.
  expect(await chat.give('/model gpt')).toBe('failed');
  expect(chat.said.at(-1)).toMatch(/none of that name[\s\S]*- `claude-big` Claude Big/);
});

test('facts are remembered and recalled', async () => {
  const fact = { text: 'Flour comes from the mill', category: 'general' };
  const chat = openChat({ storeFact: fact, listFacts: { data: [fact] } });
  await chat.give('/remember Flour comes from the mill');
  await chat.give('/recall flour');
  expect(chat.calls).toEqual([
    ['storeFact', { text: 'Flour comes from the mill' }, {}],
    ['listFacts', { q: 'flour', limit: 10 }],
  ]);
  expect(chat.said[1]).toBe('- Flour comes from the mill *(general)*');
});

const done = {
  id: JOB,
  type: 'code',
  status: 'completed',
  error: null,
  result: {
    ok: true,
    value: 391,
    logs: [{ level: 'log', message: 'rising', timestamp: 1 }],
    truncated: false,
    tool_calls: 0,
    duration_ms: 3,
  },
};

test('code runs until it ends, and its value is shown', async () => {
  let looks = 0;
  const getJob = () => (++looks < 3 ? { ...done, status: 'running', result: null } : done);
  const chat = openChat({ postJob: { id: JOB }, getJob });
  await chat.give('/run ```js\nreturn 17 * 23\n```');
  expect(chat.calls[0]).toEqual(['postJob', { type: 'code', code: 'return 17 * 23' }, {}]);
  expect(looks).toBe(3);
  expect(chat.said).toEqual([
    '**code** `0193c1d6` completed\n\n```\nrising\n```\n\n```json\n391\n```',
  ]);
});

test('a job is shown by the beginning of its id; fences in it end nothing', async () => {
  const failed = { ...done, status: 'failed', error: { code: 'ERROR', message: '```' } };
  const chat = openChat({ listJobs: { data: [done, { ...failed, id: TALK }] } });
  await chat.give('/job 0193c1d6-0000-7000-8000-000000000001');
  expect(chat.said[0]).toBe('**code** `0193c1d6` failed: ERROR\n\n````\n```\n````');
  await chat.give('/job');
  expect(chat.said[1]).toContain('391');
  await chat.give('/jobs');
  expect(chat.said[2]).toContain(`- \`${JOB}\` code, completed`);
});

test('a code that links another way to talk is told with what to do with it', async () => {
  const url = 'https://t.me/baker_bot?start=K7WQ2M9X';
  const chat = openChat({ createChannelLink: { code: 'K7WQ2M9X', url } });
  await chat.give('/link');
  expect(chat.said[0]).toMatch(/^Open https:\/\/t\.me\S+ .* `\/link K7WQ2M9X`/);
  const unknown = openChat({ createChannelLink: { code: 'K7WQ2M9X', url: null } });
  await unknown.give('/link');
  expect(unknown.said[0]).toMatch(/^Send `\/link K7WQ2M9X` to the bot/);
});

test('names and arguments are completed', async () => {
  const chat = openChat({ listPersonas: { data: [{ name: 'cook' }, { name: 'smith' }] } });
  expect((await chat.complete('/re')).map(({ text }) => text)).toEqual(['/remember ', '/recall ']);
  expect((await chat.complete('/halt')).map(({ name }) => name)).toEqual(['/stop']);
  expect(await chat.complete('/')).toHaveLength(COMMANDS.length);
  expect(await chat.complete('/persona C')).toEqual([
    { text: '/persona cook', name: 'cook', hint: '' },
  ]);
  for (const line of ['hello', '/dance x', '/remember some thing', '//'])
    expect(await chat.complete(line)).toEqual([]);
  const lost = openChat({ listModels: new TypeError('fetch failed') });
  expect(await lost.complete('/model ')).toEqual([]);
});
