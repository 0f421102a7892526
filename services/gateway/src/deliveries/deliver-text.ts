import type { ChannelDelivery, DeliveryContent } from '@bakerst/contracts/channels';
import type { Button, OutgoingFile } from '../channel.ts';
import { isNote } from '../messages/note.ts';
import { layOut } from './lay-out.ts';
import type { Parts } from './send-parts.ts';
import { MOST_MESSAGES, SHOWN_FIRST } from './show-answer.ts';

type Text = Extract<DeliveryContent, { type: 'text' }>;

interface TextDeps {
  readonly maxChars: number;
  /** A file that goes in the place of this text; undefined for a text that is one. */
  readonly findFile: (deliveryId: string) => Promise<OutgoingFile | undefined>;
}

/** Sends a text, in as many messages as it needs; of a very long one the first of them, and all of it as a file. */
export async function deliverText(
  { maxChars, findFile }: TextDeps,
  delivery: ChannelDelivery & { readonly content: Text },
  parts: Parts,
): Promise<void> {
  const { content, reply_to } = delivery;
  if (isNote(content.text)) return;
  const given = await findFile(delivery.id);
  if (given !== undefined) return await parts.showFile(given);
  // A file alone is what went in the place of the text, by a gateway of before.
  if (parts.hasFile() && parts.count() === 0) return;
  const pages = layOut(content.text, { maxChars });
  const isLong = pages.length > MOST_MESSAGES;
  const shown = isLong ? pages.slice(0, SHOWN_FIRST) : pages;
  for (const [index, text] of shown.entries()) {
    const isLast = index === shown.length - 1;
    const buttons = isLast ? content.buttons?.map((button) => [toButton(button)]) : undefined;
    const replyTo = index === 0 ? (reply_to ?? undefined) : undefined;
    await parts.show(index, { text, replyTo, buttons }, { isFinal: true });
  }
  if (isLong) await parts.showFile(toFile(content.text));
}

function toButton({ label, action }: NonNullable<Text['buttons']>[number]): Button {
  return { label, press: { type: 'action', action } };
}

function toFile(content: string): OutgoingFile {
  return { name: 'answer.md', mediaType: 'text/markdown', content, caption: 'All of it' };
}
