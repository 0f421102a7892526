import type { ChatInput } from '@bakerst/client';
import { z } from 'zod';
import { newKey } from '../components/new-key.ts';

/**
 * Messages that the brain has not confirmed yet. They outlive the page, so that one that was sent into a dead connection
 * is sent again under its key by the next page: it arrives, and only once.
 */
const Unsent = z.object({
  key: z.string(),
  /** The conversation that it is for; null begins a new one. */
  conversationId: z.string().nullable(),
  /** Of the message that began the conversation, when that was not stored yet. */
  beginKey: z.string().optional(),
  message: z.string(),
  attachments: z.array(z.string()),
  onBusy: z.enum(['queue', 'steer', 'interrupt']),
  /** Chosen for a conversation that begins with this. */
  model: z.string().optional(),
  persona: z.string().optional(),
  at: z.number(),
});
export type Unsent = z.infer<typeof Unsent>;

/** A key is kept for a day; what is older might be said twice. */
const KEPT_MS = 23 * 3_600_000;

/** True for a message that may not be sent under its key any more. */
export function isLate({ at }: Unsent, now: number): boolean {
  return now - at >= KEPT_MS;
}

export interface Outbox {
  list(): readonly Unsent[];
  put(unsent: Unsent): void;
  remove(key: string): void;
}

type TextStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** @param name of the user, of whom there may be several at one browser */
export function createOutbox(storage: TextStorage, name: string): Outbox {
  const place = `bakerst-unsent:${name}`;
  const list = (): readonly Unsent[] => {
    const stored = Unsent.array().safeParse(parse(storage.getItem(place)));
    return stored.success ? stored.data : [];
  };
  const write = (messages: readonly Unsent[]): void =>
    messages.length === 0
      ? storage.removeItem(place)
      : storage.setItem(place, JSON.stringify(messages));
  return {
    list,
    put: (unsent) => write([...list().filter(({ key }) => key !== unsent.key), unsent]),
    remove: (key) => write(list().filter((unsent) => unsent.key !== key)),
  };
}

/** The same words as a message of their own. */
export function renew({ beginKey: _beginKey, ...unsent }: Unsent, now: number): Unsent {
  return { ...unsent, key: newKey(), at: now };
}

interface Shown {
  readonly unsent: Unsent;
  readonly state: 'sending' | 'waiting' | 'refused';
}

/** Key of the message that begins the conversation of a page, as long as it is on its way. */
export function toBeginKey(shown: readonly Shown[]): string | undefined {
  const first = shown.find(
    ({ unsent, state }) => unsent.conversationId === null && state !== 'refused',
  );
  return first && (first.unsent.beginKey ?? first.unsent.key);
}

export function toChatInput({ conversationId, message, attachments, onBusy }: Unsent): ChatInput {
  return {
    message,
    on_busy: onBusy,
    ...(conversationId !== null && { conversation_id: conversationId }),
    ...(attachments.length > 0 && { attachments: [...attachments] }),
  };
}

function parse(text: string | null): unknown {
  if (text === null) return [];
  try {
    return JSON.parse(text);
  } catch {
    return [];
  }
}
