import type { ReceivedMessage } from '../channel.ts';
import { storeAnswer, type TellDeps } from './tell.ts';

const FORM = /^\[noted\]: #(\S*)$/;
/** Of what is to go on, by whichever gateway serves the channel, until it is done. */
const PENDING_FORM = /^\[pending\]: #(\S*)$/;

/** Whether a text of the outbox is a note, which nobody is to be told. */
export function isNote(text: string): boolean {
  return FORM.test(text);
}

/** What stands in a note that is to go on; undefined of any other text. */
export function readPending(text: string): string | undefined {
  const value = PENDING_FORM.exec(text)?.[1];
  return value === undefined ? undefined : decodeURIComponent(value);
}

/** What was noted under a key, and whether nothing more is to be done for it. */
export interface Noted {
  readonly value: string;
  readonly isDone: boolean;
}

export interface Note {
  readonly key: string;
  readonly value: string;
  /** It comes to whichever gateway serves the channel, until that has done what it is about. */
  readonly isPending?: boolean;
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
  const noted = await noteAt(deps, message, { key: `${message.key}/noted`, value });
  return noted?.value ?? value;
}

/** The same under a key of its own; undefined for what the brain refuses to note. */
export async function noteAt(
  deps: TellDeps,
  message: ReceivedMessage,
  { key, value, isPending = false }: Note,
): Promise<Noted | undefined> {
  const text = `[${isPending ? 'pending' : 'noted'}]: #${encodeURIComponent(value)}`;
  const kept = await storeAnswer(deps, { ...message, key }, text);
  if (kept?.content.type !== 'text') return undefined;
  const { text: known } = kept.content;
  const first = FORM.exec(known)?.[1] ?? PENDING_FORM.exec(known)?.[1];
  if (first === undefined) return undefined;
  return { value: decodeURIComponent(first), isDone: kept.status !== 'open' };
}
