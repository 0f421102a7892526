import { describe, expect, test } from 'vitest';
import { buildBody, buildTool, postForMessage, readCalls, talk } from '../testing.ts';
import { openOfflineModel } from './open-offline-model.ts';

const CODE = buildTool('execute_code', { code: { type: 'string' } });
const SEARCH = buildTool('memory_search', { query: { type: 'string' } });
const STORE = buildTool('memory_store', { content: { type: 'string' } });
const CORRECT = buildTool('memory_correct', { id: { type: 'string' }, text: { type: 'string' } });
const JOBS = buildTool('dispatch_job', { type: {}, command: {} });
const SCHEDULES = buildTool('schedule_create', { name: {}, cron: {}, action: {} });
const ALL = [CODE, SEARCH, STORE, CORRECT, JOBS, SCHEDULES];

describe('other rules', () => {
  test.each([
    ['run uptime', 'uptime'],
    ['Run the command `ls -l /tmp`', 'ls -l /tmp'],
    ['please run df -h.', 'df -h'],
    ['run ls .', 'ls .'],
  ])('%s dispatches a command job', async (words, command) => {
    const { text, calls } = await talk(words, { tools: [JOBS], results: ['up 3 days'] });
    expect(calls).toEqual([{ name: 'dispatch_job', input: { type: 'command', command } }]);
    expect(text).toContain('up 3 days');
  });

  test.each([
    ['every day at 8 tell me the date', '0 8 * * *', 'tell me the date'],
    ['every weekday at 7:30 greet me', '30 7 * * 1-5', 'greet me'],
    ['every day at 12 am, say hello', '0 0 * * *', 'say hello'],
    ['every day at 8 pm say good night', '0 20 * * *', 'say good night'],
  ])('%s makes a schedule', async (words, cron, message) => {
    const { calls } = await talk(words, { tools: [SCHEDULES], results: ['{}'] });
    expect(calls[0]?.['input']).toEqual({ name: message, cron, action: { type: 'run', message } });
  });

  test.each(['every day at 25 wake me', 'every day at 13 pm wake me', 'every day at 8'])(
    '%s makes none',
    async (words) => {
      expect((await talk(words, { tools: [SCHEDULES] })).calls).toEqual([]);
    },
  );

  test.each([
    ['remember that I am Gary', 'memory_store'],
    ['what is my NAS called?', 'memory_search'],
    ['no, it is Moriarty now', 'memory_search'],
    ['run uptime', 'dispatch_job'],
    ['every day at 8 greet me', 'schedule_create'],
  ])('%s without its tool is one honest sentence', async (words, tool) => {
    const { text } = await talk(words, { tools: [CODE] });
    expect(text).toContain(`here yet: the tool ${tool} is not offered to me.`);
  });

  test.each(['hello', 'help', 'what is the meaning of life?', 'x'.repeat(2_001)])(
    '%.20s gets the help text',
    async (words) => {
      const { text } = await talk(words, { tools: [CODE, STORE] });
      expect(text).toContain('offline model');
      expect(text).toContain('what is 17 * 23?');
      expect(text).toContain('remember that');
      expect(text).not.toContain('run uptime');
      expect(text).toContain('ANTHROPIC_API_KEY=…');
      expect(text).toContain('.env-secrets');
    },
  );

  test('only the last text block of the person is read', async () => {
    await using model = await openOfflineModel();
    const content = [
      { type: 'text', text: '<facts>1 + 1</facts>' },
      { type: 'text', text: '17 * 23' },
    ];
    const message = await postForMessage(
      model,
      buildBody('', { tools: [CODE], messages: [{ role: 'user', content }] }),
    );
    expect(readCalls(message)[0]?.['input']).toEqual({ code: '17 * 23' });
  });

  test.each([
    `what is ${'9'.repeat(1_990)}`,
    `${'?'.repeat(1_999)}x`,
    `what is my${' '.repeat(1_900)}x`,
    `no, it is${' '.repeat(1_900)}x`,
    '```js\n'.repeat(5_000),
  ])('hostile text %.12s takes no time', async (words) => {
    const startedAt = performance.now();
    await talk(words, { tools: ALL });
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});
