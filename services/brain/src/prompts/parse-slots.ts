import { PromptSlot, toPromptText } from '@bakerst/contracts';
import type { SlotTexts } from './ports.ts';

/** A line of its own, by which a file says which slot follows. */
const MARK = /^<!--[ \t]*slot:[ \t]*(\S*?)[ \t]*-->[ \t]*$/gm;

/**
 * The slots of a file: what stands before the first `<!-- slot: … -->` belongs to `first`. Throws an Error that says what
 * is wrong when a slot is unknown or stands there twice.
 */
export function parseSlots(text: string, first: PromptSlot): SlotTexts {
  const clean = toPromptText(text);
  const marks = [...clean.matchAll(MARK)];
  const slots = new Map<PromptSlot, string>();
  const add = (slot: PromptSlot, part: string): void => {
    if (part.trim() === '') return;
    if (slots.has(slot)) throw new Error(`the slot ${slot} stands there twice`);
    slots.set(slot, part.trim());
  };
  add(first, clean.slice(0, marks[0]?.index));
  for (const [i, mark] of marks.entries())
    add(toSlot(mark[1]), clean.slice(mark.index + mark[0].length, marks[i + 1]?.index));
  return Object.fromEntries(slots);
}

function toSlot(name: string | undefined): PromptSlot {
  const slot = PromptSlot.safeParse(name);
  if (slot.success) return slot.data;
  const known = PromptSlot.options.join(', ');
  throw new Error(`there is no slot ${JSON.stringify(name)}; there are ${known}`);
}
