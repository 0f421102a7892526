import {
  isTerminalRun,
  type MessagePage,
  type MessageView,
  type RunPage,
  type RunView,
} from '@bakerst/contracts';

/** A stretch of a conversation; both lists are newest first. */
export interface ThreadPage {
  readonly messages: MessagePage;
  readonly runs: RunPage;
}

/** True for a stretch that stays as it is. */
export function isSettled({ runs }: ThreadPage): boolean {
  return runs.data.every(isSettledRun);
}

/** Whether one of its messages waits for its turn, which other conversations may bring nearer. */
export function hasWaiting({ runs }: ThreadPage): boolean {
  return runs.data.some(({ status }) => status === 'queued');
}

/**
 * The newest stretch, read again, with what has moved out of it since it was read before: so the next stretch, which was
 * read behind that, still follows. Without what has moved where the two do not meet, or where that may have changed.
 */
export function joinPages(known: ThreadPage | undefined, fresh: ThreadPage): ThreadPage {
  if (known === undefined || fresh.messages.next_cursor === null) return fresh;
  const messages = listMoved(known.messages.data, fresh.messages.data, toSeq);
  const runs = listMoved(known.runs.data, fresh.runs.data, toId);
  if (messages === undefined || runs === undefined || !runs.every(isSettledRun)) return fresh;
  return {
    messages: { ...known.messages, data: [...fresh.messages.data, ...messages] },
    runs: { ...known.runs, data: [...fresh.runs.data, ...runs] },
  };
}

/** What is known and not among the fresh; undefined when they have nothing in common. */
function listMoved<T>(
  known: readonly T[],
  fresh: readonly T[],
  toKey: (one: T) => string | number,
): readonly T[] | undefined {
  const keys = new Set(fresh.map(toKey));
  const moved = known.filter((one) => !keys.has(toKey(one)));
  return moved.length < known.length || known.length === 0 ? moved : undefined;
}

function toSeq({ seq }: MessageView): number {
  return seq;
}

function toId({ id }: RunView): string {
  return id;
}

/** One of which nobody knows what it has done goes on when somebody says so. */
function isSettledRun({ status }: RunView): boolean {
  return isTerminalRun(status) && status !== 'uncertain';
}
