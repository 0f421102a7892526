import { ApiError } from '@bakerst/client';
import { type Brain, insistOnMessage } from '../brain.ts';
import type { ReceivedMessage } from '../channel.ts';
import { type TellDeps, tell, whileThereIsRoom } from './tell.ts';

const LINK_CODE = /^\/link\s+([0-9A-Za-z-]{4,32})\s*$/;
/** What the link with a code sends. Other links send other things: only what the brain could have made is a code there. */
const START_CODE = /^\/start\s+((?:[A-HJKMNP-Z2-9]-?){8})\s*$/i;
const LINK = /^\/link(?:\s|$)/;

export function readLinkCode(text: string): string | undefined {
  return (LINK_CODE.exec(text) ?? START_CODE.exec(text))?.[1];
}

/** What is told of a `/link` that holds no code. */
export const HOW_TO_LINK =
  '`/link` on the page makes a code. Send it to me like this: `/link CODE`.';

export function isLinkWithoutCode(text: string): boolean {
  return LINK.test(text) && readLinkCode(text) === undefined;
}

interface ClaimDeps extends TellDeps {
  readonly brain: Pick<Brain, 'claimChannelLink' | 'createDelivery'>;
}

/** Links the sender to the user whose code they give; one that others have read goes nowhere. */
export async function claimLink(
  deps: ClaimDeps,
  message: ReceivedMessage,
  code: string,
): Promise<void> {
  const { brain, channel, stopping, log } = deps;
  const { sender, chat, key } = message;
  if (chat.kind === 'group') return await tell(deps, message, 'Please send that to me directly.');
  const options = { idempotencyKey: key };
  try {
    const who = await insistOnMessage(
      deps,
      whileThereIsRoom(() => brain.claimChannelLink(channel.name, { sender, chat, code }, options)),
      stopping,
    );
    if (who.status === 'refused') return;
    log.info({ key, userId: who.user_id }, 'sender linked');
    await tell(deps, message, `You are **${who.user_id}** here from now on. Say something!`);
  } catch (err) {
    if (!(err instanceof ApiError)) throw err;
    // Too many wrong ones: whoever guesses learns nothing more.
    if (err.status === 429) return;
    await tell(
      deps,
      message,
      'There is no such code, or it is too old. `/link` on the page makes one.',
    );
  }
}
