import type { ReceivedMessage } from '../channel.ts';
import { storeAnswer, type TellDeps } from './tell.ts';

const FORM = /^\[noted\]: #(\S*)$/;

/** Whether a text of the outbox is a note, which nobody is to be told. */
export function isNote(text: string): boolean {
  return FORM.test(text);
}

/**
 * Notes at the brain what is about to be done for a message, and gives what was noted first: the message may have come
 * before. It is a text of the outbox that is never sent: these are kept by key for as long as a message may come again.
 * Throws NoRoom: what cannot be noted is not done, and nobody is told the note.
 */
export async function note(
  deps: TellDeps,
  message: ReceivedMessage,
  value: string,
): Promise<string> {
  const text = `[noted]: #${encodeURIComponent(value)}`;
  const kept = await storeAnswer(deps, { ...message, key: `${message.key}/noted` }, text);
  const known = kept?.content.type === 'text' ? FORM.exec(kept.content.text)?.[1] : undefined;
  return known === undefined ? value : decodeURIComponent(known);
}
