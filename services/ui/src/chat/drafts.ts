import type { AttachmentId } from '@bakerst/contracts';
import type { Unsent } from './outbox.ts';

/** A file that goes with the next message. */
export interface Upload {
  readonly key: string;
  readonly name: string;
  readonly size: number;
  readonly id?: AttachmentId;
  readonly problem?: string;
}

/** What is being written in a conversation. */
export interface Draft {
  readonly text: string;
  readonly uploads: readonly Upload[];
  readonly onBusy: Unsent['onBusy'];
}

/** Place of what is written before there is a conversation. */
export const NEW = 'new';

/** What is being written, for each place; its text outlives the page. */
export interface Drafts {
  get(place: string): Draft;
  change(place: string, more: Partial<Draft>): void;
  /** Puts more behind what is there. */
  add(place: string, more: Partial<Pick<Draft, 'text' | 'uploads'>>): void;
  /** Changes a file, wherever it is by now. */
  changeUpload(key: string, more: Partial<Upload>): void;
  /** All that is written in one place goes on in another. */
  move(from: string, to: string): void;
  subscribe(listener: () => void): () => void;
}

const NOTHING: Draft = { text: '', uploads: [], onBusy: 'queue' };

type TextStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** @param name of the user, of whom there may be several at one browser */
export function createDrafts(storage: TextStorage, name: string): Drafts {
  const drafts = new Map<string, Draft>();
  const listeners = new Set<() => void>();
  const toKey = (place: string): string => `bakerst-draft:${name}:${place}`;
  const get = (place: string): Draft => {
    const known = drafts.get(place);
    if (known !== undefined) return known;
    const stored = { ...NOTHING, text: storage.getItem(toKey(place)) ?? '' };
    drafts.set(place, stored);
    return stored;
  };
  const change = (place: string, more: Partial<Draft>): void => {
    const draft = { ...get(place), ...more };
    drafts.set(place, draft);
    if (draft.text === '') storage.removeItem(toKey(place));
    else storage.setItem(toKey(place), draft.text);
    for (const listener of listeners) listener();
  };
  const add: Drafts['add'] = (place, { text = '', uploads = [] }) => {
    const draft = get(place);
    change(place, {
      text: [draft.text, text].filter((words) => words.trim() !== '').join('\n\n'),
      uploads: [...draft.uploads, ...uploads],
    });
  };
  return {
    get,
    change,
    add,
    changeUpload(key, more) {
      for (const [place, { uploads }] of drafts)
        if (uploads.some((one) => one.key === key))
          change(place, {
            uploads: uploads.map((one) => (one.key === key ? { ...one, ...more } : one)),
          });
    },
    move(from, to) {
      const draft = get(from);
      add(to, draft);
      change(to, { onBusy: draft.onBusy });
      change(from, NOTHING);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
