import { ApiError } from '@bakerst/client';
import type { ChannelAction } from '@bakerst/contracts/channels';
import { type Brain, insist, toNamed } from '../brain.ts';
import type { Channel, Press, ReceivedPress } from '../channel.ts';
import { layOut } from '../deliveries/lay-out.ts';
import { SHOWN_FIRST, toMore } from '../deliveries/show-answer.ts';
import { concatTexts } from '../text/formatted-text.ts';
import { toMarkdown } from '../text/to-markdown.ts';
import { NoRoom, type TellDeps, tell, whileThereIsRoom } from './tell.ts';

export interface PressDeps extends TellDeps {
  readonly brain: Pick<Brain, 'actOnChannel' | 'createDelivery' | 'getRun' | 'identifySender'>;
  readonly channel: Pick<Channel, 'changeButtons' | 'inTurn' | 'maxChars' | 'name' | 'send'>;
}

const DONE: Readonly<Record<Exclude<ChannelAction['type'], 'resolve'>, string>> = {
  stop: 'Stopped.',
  steer: 'Said.',
  interrupt: 'It is its turn now.',
  withdraw: 'Taken back.',
};
/** Nothing of it was done: whoever pressed may do so again. */
const NO_ROOM = 'There is no room left to do that. Please try again later.';
const RESOLVED = {
  happened: 'Noted: it happened.',
  did_not_happen: 'Noted: it did not happen.',
  retry: 'It is tried again.',
} as const;

/** Does what a button is for, and says so. */
export async function takePress(deps: PressDeps, received: ReceivedPress): Promise<void> {
  const { press } = received;
  try {
    await received.answer(press === undefined ? '' : await act(deps, received, press));
  } catch (err) {
    if (err instanceof NoRoom) return await received.answer(NO_ROOM);
    if (!(err instanceof ApiError)) throw err;
    await received.answer(err.status === 404 ? 'That is not there any more.' : err.message);
  }
}

async function act(deps: PressDeps, received: ReceivedPress, press: Press): Promise<string> {
  const { brain, channel, stopping } = deps;
  const { sender, chat } = received;
  if (press.type === 'more') return await showMore(deps, received, press);
  const { action } = press;
  const body = { sender, chat, action };
  const { outcome } = await insist(
    deps,
    whileThereIsRoom(() => brain.actOnChannel(channel.name, body)),
    stopping,
  );
  if (outcome === 'too_late') return 'That was decided already.';
  return action.type === 'resolve' ? RESOLVED[action.outcome] : DONE[action.type];
}

type More = Extract<Press, { type: 'more' }>;

async function showMore(deps: PressDeps, received: ReceivedPress, more: More): Promise<string> {
  const { brain, channel, stopping } = deps;
  const { sender, chat, messageId } = received;
  const who = await insist(
    deps,
    () => brain.identifySender(channel.name, { sender, chat }),
    stopping,
  );
  if (who.status === 'refused') return '';
  const named = toNamed({ org: who.org, user: who.user_id });
  const { answer } = await insist(deps, () => brain.getRun(more.runId, named), stopping);
  const pages = layOut(answer ?? '', channel);
  const next = more.from + SHOWN_FIRST;
  const shown = pages.slice(more.from, next);
  if (shown.length === 0) return 'That was all.';
  await tell(deps, received, toMarkdown(concatTexts(shown)));
  const buttons = next < pages.length ? [[toMore(more.runId, next)]] : [];
  await channel.inTurn(chat, () => channel.changeButtons(chat, messageId, buttons));
  return '';
}
