import { NOTEBOOK_MAX_BYTES } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import { sizeOf, toContent } from './document.ts';
import type { NotebookChange, Section } from './ports.ts';

/** Each of them is named in every prompt. */
const MOST_SECTIONS = 200;

/** What was done to which sections, by their names. */
export interface WrittenSections extends NotebookChange {
  readonly updated: readonly string[];
  readonly deleted: readonly string[];
}

/**
 * Writes whole sections, null takes one away (BT-72); the names have been checked. Throws AppError PAYLOAD_TOO_LARGE with
 * the sizes when the notebook would become too large: nothing is written then, and nothing is thrown out for it (BT-73).
 */
export function writeSections(
  present: readonly Section[],
  wanted: ReadonlyMap<string, string | null>,
  now: number,
): WrittenSections {
  const put: Section[] = [];
  const deleted: string[] = [];
  for (const [name, text] of wanted) {
    const before = present.find((section) => section.name === name);
    if (text !== null) put.push(toSection(before, { name, text, now }));
    else if (before !== undefined) deleted.push(name);
  }
  const change = { put, remove: deleted };
  refuseTooLarge(present, change);
  return { ...change, updated: put.map(({ name }) => name), deleted };
}

export interface WantedSection {
  readonly name: string;
  readonly text: string | undefined;
  readonly pinned: boolean | undefined;
  /** Epoch ms; undefined: whatever is there; null: nothing is. */
  readonly expectedAt: number | null | undefined;
}

/**
 * Writes or pins one section. Throws AppError CONFLICT, reason NOTEBOOK_CHANGED, when it is not what was seen, NOT_FOUND
 * when it is to be pinned and is not there, PAYLOAD_TOO_LARGE as above.
 */
export function writeSection(
  present: readonly Section[],
  { name, text, pinned, expectedAt }: WantedSection,
  now: number,
): NotebookChange {
  const before = present.find((section) => section.name === name);
  refuseUnseen(before, expectedAt);
  if (before === undefined && text === undefined) throw unknownSection();
  const written = text === undefined ? before : toSection(before, { name, text, now });
  if (written === undefined) throw unknownSection();
  const change = { put: [{ ...written, isPinned: pinned ?? written.isPinned }], remove: [] };
  refuseTooLarge(present, change);
  return change;
}

/** Takes one section away. Throws AppError as `writeSection`. */
export function removeSection(
  present: readonly Section[],
  { name, expectedAt }: Pick<WantedSection, 'name' | 'expectedAt'>,
): NotebookChange {
  const before = present.find((section) => section.name === name);
  if (before === undefined) throw unknownSection();
  refuseUnseen(before, expectedAt);
  return { put: [], remove: [name] };
}

interface NewText {
  readonly name: string;
  readonly text: string;
  readonly now: number;
}

function toSection(before: Section | undefined, { name, text, now }: NewText): Section {
  const content = toContent(text);
  if (before === undefined)
    return { name, content, isPinned: false, createdAt: now, updatedAt: now };
  // Whoever has seen the old state knows it by its time.
  return { ...before, content, updatedAt: Math.max(now, before.updatedAt + 1) };
}

function refuseUnseen(before: Section | undefined, expectedAt: number | null | undefined): void {
  if (expectedAt === undefined || (before?.updatedAt ?? null) === expectedAt) return;
  throw new AppError('CONFLICT', 'somebody else has changed this section meanwhile', {
    reason: 'NOTEBOOK_CHANGED',
  });
}

/** A notebook that has been too large all along may still become smaller. */
function refuseTooLarge(present: readonly Section[], { put, remove }: NotebookChange): void {
  const gone = new Set([...remove, ...put.map(({ name }) => name)]);
  const after = [...present.filter(({ name }) => !gone.has(name)), ...put];
  const [before, bytes] = [sizeOf(present), sizeOf(after)];
  if (bytes > NOTEBOOK_MAX_BYTES && bytes > before)
    throw full(
      `it has ${before} bytes, would have ${bytes} and may have ${NOTEBOOK_MAX_BYTES}: shorten or delete something first`,
    );
  if (after.length > MOST_SECTIONS && after.length > present.length)
    throw full(`it has ${present.length} sections and may have ${MOST_SECTIONS}`);
}

function full(why: string): AppError {
  return new AppError('PAYLOAD_TOO_LARGE', `the notebook is full: ${why}`, {
    reason: 'NOTEBOOK_FULL',
  });
}

function unknownSection(): AppError {
  return new AppError('NOT_FOUND', 'there is no such section', { reason: 'SECTION_NOT_FOUND' });
}
