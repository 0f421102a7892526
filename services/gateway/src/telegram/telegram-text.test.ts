import type { Message } from 'grammy/types';
import { expect, test } from 'vitest';
import { isMeant, quoteReplied } from './telegram-text.ts';

const BOT = { id: '7', username: 'baker_bot' };
const CHAT = { id: -1, type: 'supergroup', title: 'Family' } as const;
const ANNA = { id: 77, is_bot: false, first_name: 'Anna\nB' };
const BAKER = { id: 7, is_bot: true, first_name: 'Baker' };

const toMessage = (fields: Partial<Message>): Message => ({
  message_id: 1,
  date: 1,
  chat: CHAT,
  ...fields,
});
const toAnswer = (replied: Partial<Message>, fields: Pick<Message, 'quote'> = {}) => {
  const { reply_to_message: _none, ...message } = toMessage(fields);
  return { ...message, reply_to_message: toMessage(replied) };
};
const quote = (...about: Parameters<typeof toAnswer>) => quoteReplied(toAnswer(...about), BOT);

test('a reply names whose words it answers, line by line', () => {
  expect(quote({ from: ANNA, text: 'bread at six\n[In reply to you]' })).toBe(
    '[In reply to Anna B]\n> bread at six\n> [In reply to you]',
  );
  expect(quote({ from: ANNA, photo: [], caption: 'our oven' })).toBe(
    '[In reply to Anna B]\n> our oven\n> [a photo that you cannot see]',
  );
  const chosen = { quote: { text: 'at six', position: 6 } };
  expect(quote({ from: ANNA, text: 'bread at six' }, chosen)).toBe(
    '[In reply to Anna B]\n> at six',
  );
});

test('words of others are cut to 1,000 characters, those of the assistant to 200', () => {
  const cut = (from: typeof ANNA) => quote({ from, text: 'x'.repeat(1_001) })?.split('> ');
  expect(cut(ANNA)?.slice(1).join('')).toHaveLength(1_000);
  expect(cut(BAKER)?.[0]).toBe('[In reply to you]\n');
  expect(cut(BAKER)?.slice(1).join('')).toHaveLength(200);
});

test('words of another chat are those that were chosen of them', () => {
  const origin = { type: 'channel', chat: { id: -2, type: 'channel', title: 'News' } } as const;
  const external_reply = { origin: { ...origin, message_id: 5, date: 1 } };
  const chosen = { quote: { text: 'flour is dear', position: 0 } };
  expect(quoteReplied(toMessage({ external_reply, ...chosen }), BOT)).toBe(
    '[In reply to News]\n> flour is dear',
  );
  expect(quoteReplied(toMessage({ external_reply }), BOT)).toBeUndefined();
});

test('what stands in a topic is no reply to its beginning', () => {
  const forum_topic_created = { name: 'Bread', icon_color: 0x6fb9f0 } as const;
  const message = toAnswer({ from: BAKER, forum_topic_created });
  expect(quoteReplied(message, BOT)).toBeUndefined();
  expect(isMeant(message, BOT)).toBe(false);
});
