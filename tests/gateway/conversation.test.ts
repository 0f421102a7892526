import { afterAll, beforeAll, expect, test } from 'vitest';
import { MESSAGE_MAX_CHARS, Refusal, type ShownMessage } from '../support/bot-api/chats.ts';
import type { Person } from '../support/bot-api/speech.ts';
import { openTown, type Town } from './support/gateway-testing.ts';
import { createKitchen, LONG_ANSWER, LONGEST_ANSWER } from './support/kitchen-script.ts';

const kitchen = createKitchen();
let town: Town;
beforeAll(async () => {
  town = await openTown({ script: kitchen.script, env: kitchen.env });
});
afterAll(async () => {
  await town[Symbol.asyncDispose]();
});

let people = 0;

/** Somebody new, with a chat and a memory of their own. */
async function meet() {
  people += 1;
  const person: Person = { id: 5000 + people, first_name: `Person ${people}` };
  await town.link(person, `person-${people}`);
  const { api } = town;
  const welcome = api.in(person.id).length;
  const shown = (): readonly ShownMessage[] => api.in(person.id).slice(welcome);
  return {
    person,
    shown,
    texts: () => shown().map(({ text }) => text),
    say: (text: string, more: Readonly<Record<string, unknown>> = {}) =>
      api.say(text, { from: person, ...more }),
    press: (label: string) => api.press(label, person),
    until: (isSo: (messages: readonly ShownMessage[]) => boolean) => api.until(() => isSo(shown())),
  };
}

const isDone = (message: ShownMessage | undefined): boolean => message?.buttons.length === 0;
const says = (text: string) => (messages: readonly ShownMessage[]) =>
  messages.some((message) => message.text.includes(text) && isDone(message));

test.concurrent('a question is answered as a reply to it, and code runs in between', async () => {
  const gary = await meet();
  const id = gary.say('run the code');
  await gary.until(says('The code says 391.'));
  expect(gary.shown()).toHaveLength(1);
  expect(gary.shown()[0]?.replyTo).toBe(town.api.messageOf(id));
});

test.concurrent('a second message waits in sight, a button stops the first, each is answered once', async () => {
  const gary = await meet();
  gary.say('do it slowly');
  await gary.until((messages) => messages.some(({ text }) => text.includes('⏳')));
  gary.say('and then?');
  await gary.until((messages) => messages.some(({ text }) => text === 'Waiting: number 1'));
  expect(
    gary
      .shown()[1]
      ?.buttons.flat()
      .map(({ text }) => text),
  ).toEqual(['Say it now', 'Instead', 'Take back']);
  gary.press('Stop');
  await gary.until(says('answer to and then?'));
  await gary.until((messages) => isDone(messages[0]));
  expect(town.api.toasts).toContain('Stopped.');
  expect(gary.shown()).toHaveLength(2);
  expect(gary.texts()[0]).not.toContain('answer');
});

test.concurrent('a message that waits is taken back by its button', async () => {
  const gary = await meet();
  gary.say('cook slowly');
  await gary.until((messages) => messages.some(({ text }) => text.includes('⏳')));
  gary.say('with salt');
  await gary.until((messages) => messages.some(({ text }) => text === 'Waiting: number 1'));
  gary.press('Take back');
  await gary.until((messages) => isDone(messages[1]));
  gary.press('Stop');
  await gary.until((messages) => isDone(messages[0]));
  expect(gary.shown()).toHaveLength(2);
  expect(town.api.toasts).toContain('Taken back.');
});

test.concurrent('a message that waits is said to the run that is on, or takes its place, by its buttons', async () => {
  const gary = await meet();
  const waits = (messages: readonly ShownMessage[]) =>
    messages.at(-1)?.text === 'Waiting: number 1';
  gary.say('boil slowly, and run the code');
  await gary.until((messages) => messages.some(({ text }) => text.includes('⏳')));
  gary.say('with pepper');
  await gary.until(waits);
  gary.press('Say it now');
  await town.api.until(() => town.api.toasts.includes('Said.'));
  kitchen.open('boil');
  await gary.until(says('Said to the run that is on.'));
  await gary.until(says('answer to with pepper'));
  gary.say('roast slowly');
  await gary.until((messages) => messages.at(-1)?.text.includes('⏳') === true);
  gary.say('or a cake?');
  await gary.until(waits);
  gary.press('Instead');
  await gary.until(says('answer to or a cake?'));
  await gary.until((messages) => messages.every(isDone));
  expect(gary.shown()).toHaveLength(4);
});

test.concurrent('a long answer comes in messages that are whole together, with its code in one piece', async () => {
  const gary = await meet();
  gary.say('tell me 5,000 characters');
  await gary.until(says('end'));
  await gary.until((messages) => messages.every(isDone));
  const [first, ...more] = gary.shown();
  expect(more.length).toBeGreaterThan(0);
  expect(first?.text.length).toBeGreaterThan(MESSAGE_MAX_CHARS * 0.3);
  const plain = LONG_ANSWER.replaceAll(/\*\*|```(js)?/g, '');
  const words = (text: string) => text.split(/\s+/).filter((word) => word !== '');
  expect(words(gary.texts().join(' '))).toEqual(words(plain));
  const codes = gary
    .shown()
    .flatMap(({ entities }) => entities.filter(({ type }) => type === 'pre'));
  expect(codes).toHaveLength(1);
  expect(gary.texts().join('')).toContain('🥖');
});

test.concurrent('of a very long answer the first messages come, all of it as a file, and more on demand', async () => {
  const gary = await meet();
  gary.say('tell me 24,000 characters');
  await gary.until((messages) => messages.some(({ file }) => file !== undefined));
  expect(gary.shown()).toHaveLength(4);
  expect(gary.shown()[3]?.file).toEqual({ name: 'answer.md', content: LONGEST_ANSWER });
  gary.press('More');
  await gary.until((messages) => messages.length === 7);
  gary.press('More');
  await gary.until((messages) => messages.length > 7 && messages.every(isDone));
  const lines =
    gary
      .texts()
      .join('\n')
      .match(/Line \d+ /g) ?? [];
  expect(lines.map((line) => Number(line.slice(5)))).toEqual(
    Array.from({ length: 240 }, (_, i) => i),
  );
});

test('what the formatting trips over is said without it, and what must wait comes later', async () => {
  const gary = await meet();
  const refused = new Set<string>();
  town.api.fail((method, { chat_id: chat, parse_mode: mode }) => {
    if (method !== 'sendMessage' || chat !== String(gary.person.id)) return undefined;
    if (!refused.has('429')) {
      refused.add('429');
      return new Refusal(429, 'Too Many Requests: retry after 1', { retry_after: 1 });
    }
    return mode === 'HTML' ? new Refusal(400, "Bad Request: can't parse entities: no") : undefined;
  });
  gary.say('hello');
  await gary.until(says('answer to hello'));
  town.api.fail(() => undefined);
  expect(gary.shown()).toHaveLength(1);
});

test.each(['die', 'drop'] as const)(
  'when the server fails in the middle of a message (%s) it is sent again, marked',
  async (fault) => {
    const gary = await meet();
    let faults = 1;
    town.api.fail((method, { chat_id: chat }) =>
      method === 'sendMessage' && chat === String(gary.person.id) && faults-- > 0
        ? fault
        : undefined,
    );
    gary.say('hello');
    await gary.until((messages) =>
      messages.some(
        ({ text }) =>
          text.startsWith('(This may be a repeat.)') && text.includes('answer to hello'),
      ),
    );
    const unmarked = gary.texts().filter((text) => !text.startsWith('(This may be'));
    expect(unmarked).toHaveLength(fault === 'drop' ? 0 : 1);
  },
);

test('whoever has blocked the bot stops nobody else', async () => {
  const gary = await meet();
  const other = await meet();
  town.api.blocked.add(String(gary.person.id));
  gary.say('hello');
  await town.api.until(() => town.api.calls.some(({ status }) => status === 403));
  other.say('hello');
  await other.until(says('answer to hello'));
  await expect
    .poll(() =>
      town.system.query("SELECT count(*) AS n FROM channel_delivery WHERE status = 'failed'"),
    )
    .toEqual([{ n: 1 }]);
});

test('what nobody knows of is asked, and done again or taken as done by a button', async () => {
  const gary = await meet();
  const buttons = () =>
    gary
      .shown()
      .at(-1)
      ?.buttons.flat()
      .map(({ text }) => text);
  const orderInVain = async (what: string): Promise<void> => {
    gary.say(`order ${what}`);
    await expect.poll(() => kitchen.orders(what)).toBe(1);
    await town.system.workers.at(-1)?.end('SIGKILL');
    await town.system.startWorker();
    await gary.until(() => buttons()?.includes('It happened') === true);
    expect(buttons()).toEqual(['It happened', 'It did not', 'Try again']);
  };
  await orderInVain('bread');
  gary.press('It happened');
  await gary.until(says('All about the bread.'));
  expect(kitchen.orders('bread')).toBe(1);
  await orderInVain('cake');
  gary.press('Try again');
  await expect.poll(() => kitchen.orders('cake')).toBe(2);
  await gary.until(() => buttons()?.includes('Stop') === true);
  gary.press('Stop');
  await gary.until((messages) => messages.every(isDone));
});

test('the death of the brain in the middle of an answer shows as nothing but a pause', async () => {
  const gary = await meet();
  gary.say('bake slowly, then run the code');
  await gary.until((messages) => messages.some(({ text }) => text.includes('⏳')));
  gary.say('and then?');
  await gary.until((messages) => messages.some(({ text }) => text === 'Waiting: number 1'));
  await town.system.brain.end('SIGKILL');
  gary.say('are you there?');
  kitchen.open('bake');
  await town.system.restartBrain();
  await gary.until(says('answer to are you there?'));
  await gary.until((messages) => messages.every(isDone));
  expect(gary.texts().toSorted()).toEqual([
    'The code says 391.',
    'answer to and then?',
    'answer to are you there?',
  ]);
});
