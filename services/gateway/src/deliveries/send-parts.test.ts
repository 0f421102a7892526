import { RunId } from '@bakerst/contracts';
import type { ChannelDelivery } from '@bakerst/contracts/channels';
import { silentLogger } from '@bakerst/kit';
import { createFakeClock } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import type { Channel } from '../channel.ts';
import { createMemoryChannel, createMemoryOutbox, toTextDelivery } from '../testing.ts';
import { readMarkdown } from '../text/read-markdown.ts';
import { openParts } from './send-parts.ts';
import { type Answer, showAnswer } from './show-answer.ts';

const LONG = Array.from({ length: 240 }, (_, i) => `Line ${i} ${'of bread '.repeat(11)}`).join(
  '\n',
);
const runId = RunId.parse('0193c1d6-0000-7000-8000-000000000001');

function open() {
  const chat = createMemoryChannel();
  const outbox = createMemoryOutbox();
  outbox.holders.push('only');
  const signal = new AbortController().signal;
  const clock = createFakeClock();
  const begin = (
    parts: ChannelDelivery['parts'] = [],
    brain: Pick<typeof outbox.brain, 'reportDelivery'> = outbox.brain,
    channel: Channel = chat.channel,
  ) =>
    openParts(
      {
        brain,
        channel,
        holder: 'only',
        limit: (send) => send(),
        ending: signal,
        clock,
        log: silentLogger,
      },
      toTextDelivery('one', { parts }),
      signal,
    );
  return { ...chat, outbox, clock, begin };
}

const toAnswer = (markdown: string, more: Partial<Answer> = {}): Answer => ({
  runId,
  markdown,
  note: undefined,
  ifEmpty: { text: 'Nothing.', spans: [] },
  buttons: [],
  isWhole: true,
  ...more,
});
const OPTIONS = { maxChars: 4096, replyTo: undefined };
const say = (text: string) => ({ text: readMarkdown(text) });

test('an answer that grew after its end has a new file with its buttons, and no file is changed', async () => {
  const { begin, list, outbox } = open();
  await showAnswer(begin(), toAnswer(LONG), OPTIONS);
  const numbers = outbox.reports.flatMap((report) => /^sent one\/(\d+)/.exec(report)?.[1] ?? []);
  const parts = numbers.map((index, i) => ({
    index: Number(index),
    state: 'sent' as const,
    message_id: String(i + 1),
  }));
  const card = { label: 'It happened', press: { type: 'more', runId, from: 1 } } as const;
  const again = begin(parts);
  await showAnswer(again, toAnswer(`${LONG}\nmore`, { buttons: [[card]] }), OPTIONS);
  const files = list().filter(({ file }) => file !== undefined);
  expect(files.map(({ file }) => file)).toEqual([LONG, `${LONG}\nmore`]);
  expect(files.map(({ buttons }) => buttons)).toEqual([[], ['More', 'It happened']]);
  // What is decided by then is no question any more; the same file is not sent again.
  await showAnswer(again, toAnswer(`${LONG}\nmore`), OPTIONS);
  expect(list().filter(({ file }) => file !== undefined)).toHaveLength(2);
  expect(list().at(-1)?.buttons).toEqual(['More']);
});

test('where the message is gone the last look of it is sent anew, and no look before', async () => {
  const { begin, list, shown } = open();
  const parts = begin();
  await parts.show(0, say('⏳ …'));
  shown.clear();
  await parts.show(0, say('Hel'));
  expect(list()).toEqual([]);
  await parts.show(0, say('Hello'), { isFinal: true });
  await parts.show(0, say('Hello'), { isFinal: true });
  expect(list().map(({ text }) => text)).toEqual(['Hello']);
  // A gateway that is started again knows the message that stands.
  const known = [
    { index: 100, state: 'sent' as const, message_id: '2' },
    { index: 0, state: 'sent' as const, message_id: '1' },
  ];
  await begin(known).show(0, say('Hello you'), { isFinal: true });
  expect(list().map(({ text }) => text)).toEqual(['Hello you']);
});

test('where the last look is refused it is sent anew, unmarked, and no look before', async () => {
  const { begin, list, outbox, channel } = open();
  const change: Channel['change'] = async () => ({ status: 'refused', why: '400' });
  const parts = begin([], outbox.brain, { ...channel, change });
  await parts.show(0, say('⏳ …'));
  await parts.show(0, say('Hello'));
  await parts.show(0, say('Hello'), { isFinal: true });
  await parts.show(0, say('Hello'), { isFinal: true });
  expect(list().map(({ text }) => text)).toEqual(['⏳ …', 'Hello']);
  expect(outbox.reports.slice(2)).toEqual(['sending one/100', 'sent one/100']);
});

test('a message that the brain knows as sent is changed, not sent', async () => {
  const { begin, list, channel } = open();
  await channel.send({ id: '4201', kind: 'direct' }, say('Hel'));
  const brain = {
    reportDelivery: async () => ({ may_be_repeat: false, message_id: '1' }),
  };
  await begin([], brain).show(0, say('Hello'));
  expect(list().map(({ text }) => text)).toEqual(['Hello']);
});

test('while the channel asks to wait the message is known as not sent', async () => {
  const { begin, list, outbox, channel, clock } = open();
  const answers = [30_000, 5_000];
  const send: Channel['send'] = async (chat, message) => {
    const retryAfterMs = answers.shift();
    if (retryAfterMs === undefined) return await channel.send(chat, message);
    return { status: 'not_sent', why: '429', retryAfterMs };
  };
  const shown = begin([], outbox.brain, { ...channel, send }).show(0, say('Hello'));
  await clock.advance(0);
  await clock.advance(30_000);
  expect(outbox.reports).toEqual([
    'sending one/0',
    'not_sent one/0',
    'sending one/0',
    'not_sent one/0',
  ]);
  await clock.advance(5_000);
  await shown;
  expect(outbox.reports.slice(4)).toEqual(['sending one/0', 'sent one/0']);
  expect(list().map(({ text }) => text)).toEqual(['Hello']);
});

test('while the channel asks to wait a change waits in the turn of its chat, however long', async () => {
  const { begin, list, outbox, channel, clock } = open();
  const waits = [900_000];
  let turns = 0;
  const parts = begin([], outbox.brain, {
    ...channel,
    async inTurn(_chat, act) {
      turns += 1;
      return await act();
    },
    async change(...about) {
      const retryAfterMs = waits.shift();
      if (retryAfterMs === undefined) return await channel.change(...about);
      return { status: 'not_changed', why: '429', retryAfterMs };
    },
  });
  await parts.show(0, say('Hel'));
  const shown = parts.show(0, say('Hello'));
  await clock.advance(0);
  await clock.advance(899_999);
  expect(list().map(({ text }) => text)).toEqual(['Hel']);
  await clock.advance(1);
  await shown;
  expect(list().map(({ text }) => text)).toEqual(['Hello']);
  expect(turns).toBe(2);
});

test.each(['', '```\n```', '#', '\u200b\u2060'])(
  'an answer of which nothing is seen is told as one: %j',
  async (markdown) => {
    const { begin, list } = open();
    await showAnswer(begin(), toAnswer(markdown), OPTIONS);
    expect(list().map(({ text }) => text)).toEqual(['Nothing.']);
  },
);
