import { comparePlaces, type EventPlace, type RunNotice } from '@bakerst/contracts';
import type { StoredStep } from '../runs/run.ts';
import { toSnapshotParts } from '../runs/snapshot.ts';
import { toNoticeText } from '../runs/stream-events.ts';

/** The text of a run as its readers see it, while it grows. */
export interface ShownText {
  add(place: EventPlace, text: string): void;
  /** Takes back what came after a place; all of it when there is none. */
  rewind(after: EventPlace | undefined): void;
  /** Without the line breaks that it may begin with. */
  read(): string;
}

/** `base`: what earlier takeovers have stored, up to a place. */
export function createShownText(base: string, at: EventPlace | undefined): ShownText {
  let text = base;
  let marks = at === undefined ? [] : [{ place: at, end: base.length }];
  return {
    add(place, more) {
      text += more;
      marks.push({ place, end: text.length });
    },
    rewind(after) {
      marks = marks.filter(({ place }) => after !== undefined && comparePlaces(place, after) <= 0);
      text = text.slice(0, marks.at(-1)?.end ?? 0);
    },
    read: () => text.trimStart(),
  };
}

/** What the stored steps of a run have shown. */
export function toShownText(steps: readonly StoredStep[], notice?: RunNotice): string {
  const parts = toSnapshotParts(steps).map((part) => (part.type === 'progress' ? part.text : ''));
  return [...parts, notice === undefined ? '' : toNoticeText(notice)].join('');
}
