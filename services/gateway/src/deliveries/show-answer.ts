import type { RunId } from '@bakerst/contracts';
import type { Button, OutgoingFile } from '../channel.ts';
import { type FormattedText, toPlainText } from '../text/formatted-text.ts';
import { joinTexts, layOut } from './lay-out.ts';
import type { Parts } from './send-parts.ts';

/** An answer of more messages is shown in part, and given as a file. */
export const MOST_MESSAGES = 4;
export const SHOWN_FIRST = 3;
/** Stands in a message that was sent and has nothing to say any more: the answer was begun anew, and is shorter. */
const LEFT_OVER: FormattedText = { text: '…', spans: [] };

export interface Answer {
  readonly runId: RunId;
  readonly markdown: string;
  /** The assistant's own line behind it. */
  readonly note: FormattedText | undefined;
  /** Said in the place of a note where there is nothing to see of the answer. */
  readonly ifEmpty: FormattedText | undefined;
  readonly buttons: readonly (readonly Button[])[];
  /** Nothing follows. */
  readonly isWhole: boolean;
}

interface ShowOptions {
  readonly maxChars: number;
  readonly replyTo: string | undefined;
}

/** Shows an answer as it is at this moment; what was shown of it before is changed. */
export async function showAnswer(
  parts: Parts,
  answer: Answer,
  { maxChars, replyTo }: ShowOptions,
): Promise<void> {
  const { buttons, isWhole } = answer;
  const { pages, isLong } = toPages(answer, maxChars);
  // The buttons of a long answer stand below its file, which comes last.
  const own = isLong && isWhole ? [] : buttons;
  for (const [index, text] of pages.entries())
    await parts.show(
      index,
      {
        text,
        replyTo: index === 0 ? replyTo : undefined,
        buttons: index === pages.length - 1 ? own : [],
      },
      { isFinal: isWhole },
    );
  if (!isWhole) return;
  await clearRest(parts, pages.length);
  if (isLong) await parts.showFile(toLongFile(answer, buttons));
}

interface Pages {
  readonly pages: readonly FormattedText[];
  readonly isLong: boolean;
}

function toPages({ markdown, ifEmpty, isWhole, ...answer }: Answer, maxChars: number): Pages {
  const laidOut = layOut(markdown, { maxChars });
  const isLong = laidOut.length > MOST_MESSAGES;
  const shown = laidOut.slice(0, isLong || !isWhole ? SHOWN_FIRST : MOST_MESSAGES);
  const note = answer.note ?? (shown.length === 0 ? ifEmpty : undefined);
  return { pages: note === undefined ? shown : addNote(shown, note, maxChars), isLong };
}

async function clearRest(parts: Parts, from: number): Promise<void> {
  for (let index = from; index < parts.count(); index += 1)
    await parts.show(index, { text: LEFT_OVER });
}

/** In the last message where it has room there, else in one of its own. */
function addNote(
  pages: readonly FormattedText[],
  note: FormattedText,
  maxChars: number,
): readonly FormattedText[] {
  const last = pages.at(-1);
  if (last === undefined) return [note];
  if (toPlainText(last).length > maxChars / 2) return [...pages, note];
  return [...pages.slice(0, -1), joinTexts(last, note)];
}

function toLongFile(
  { markdown, runId }: Answer,
  buttons: readonly (readonly Button[])[],
): OutgoingFile {
  return {
    name: 'answer.md',
    mediaType: 'text/markdown',
    content: markdown,
    caption: 'All of it',
    buttons: [[toMore(runId, SHOWN_FIRST)], ...buttons],
  };
}

export function toMore(runId: RunId, from: number): Button {
  return { label: 'More', press: { type: 'more', runId, from } };
}
