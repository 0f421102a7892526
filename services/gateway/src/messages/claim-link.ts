import { ApiError } from '@bakerst/client';
import { type Brain, insistOnMessage } from '../brain.ts';
import type { ReceivedMessage } from '../channel.ts';
import { isKnown } from './is-known.ts';
import { type TellDeps, tell, whileThereIsRoom } from './tell.ts';

const LINK_CODE = /^\/link\s+([0-9A-Za-z-]{4,32})\s*$/;
/** What the link with a code sends. Other links send other things: only what the brain could have made is a code there. */
const START_CODE = /^\/start\s+((?:[A-HJKMNP-Z2-9]-?){8})\s*$/i;
const LIKELY_CODE = /^\/(?:link|start)\s+(?:[A-HJKMNP-Z2-9]-?){8}\s*$/i;
const LINK = /^\/link(?:\s|$)/;

export function readLinkCode(text: string): string | undefined {
  return (LINK_CODE.exec(text) ?? START_CODE.exec(text))?.[1];
}

/**
 * Whether a text that names nobody gives what the brain could have made. Other assistants have commands of the same name:
 * what is said to them is not to count as a wrong code.
 */
export function isLikelyCode(text: string): boolean {
  return LIKELY_CODE.test(text);
}

/** What is told of a `/link` that holds no code. */
export const HOW_TO_LINK =
  '`/link` on the page makes a code. Send it to me like this: `/link CODE`.';

export function isLinkWithoutCode(text: string): boolean {
  return LINK.test(text) && readLinkCode(text) === undefined;
}

const IN_GROUP =
  'Others have read that code here, so it counts no more. Make another one and send it to me directly.';
const NO_CODE = 'There is no such code, or it is too old. `/link` on the page makes one.';

interface ClaimDeps extends TellDeps {
  readonly brain: Pick<Brain, 'claimChannelLink' | 'createDelivery' | 'identifySender'>;
}

/** Links the sender to the user whose code they give; the brain makes an end of one that a group has read. */
export async function claimLink(
  deps: ClaimDeps,
  message: ReceivedMessage,
  code: string,
): Promise<void> {
  const { brain, channel, stopping, log } = deps;
  const { sender, chat, key } = message;
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
    await tellRefusal(deps, message, err);
  }
}

async function tellRefusal(
  deps: ClaimDeps,
  message: ReceivedMessage,
  { status, body }: ApiError,
): Promise<void> {
  // Too many wrong ones: whoever guesses learns nothing more.
  if (status === 429) return;
  if (body?.reason === 'CODE_IN_GROUP') return await tell(deps, message, IN_GROUP);
  if (message.chat.kind === 'direct') return await tell(deps, message, NO_CODE);
  // Strangers in a group hear nothing, whatever they try.
  if (await isKnown(deps, message)) await tell(deps, message, 'Please send that to me directly.');
}
