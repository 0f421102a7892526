import type { Update } from 'grammy/types';
import { isUpdate } from './telegram-webhook.ts';

/** Stands in the slot behind an album: nothing is put into that one any more. */
export const END = 'end';

/** What is kept of a piece of an album: where, and the piece. */
export interface Slot {
  readonly slot: number;
  readonly update: Update;
}

export function toKey(update: Update, slot: number): string {
  return `telegram:${toAlbum(update)}/${slot}`;
}

export function toAlbum({ message }: Update): string {
  return `${message?.chat.id}/${message?.media_group_id}`;
}

export function toChat({ message }: Update): string {
  return String(message?.chat.id);
}

export function idOf({ message }: Update): number | undefined {
  return message?.message_id;
}

/** As it was put there by a gateway; undefined for the end of an album. */
export function parseSlot(value: string): Slot | undefined {
  if (value === END) return undefined;
  const given: unknown = JSON.parse(value);
  return isSlot(given) ? given : undefined;
}

function isSlot(value: unknown): value is Slot {
  return (
    typeof value === 'object' &&
    value !== null &&
    'slot' in value &&
    Number.isSafeInteger(value.slot) &&
    'update' in value &&
    isUpdate(value.update)
  );
}
