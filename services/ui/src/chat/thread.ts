import type { AttachmentView, MessageView, RunId, RunView } from '@bakerst/contracts';
import { replaceEqualDeep } from '@tanstack/react-query';

/** What a person has said, and what came of it. */
export interface Entry {
  readonly runId: RunId;
  readonly question: Question | undefined;
  /** As it is stored; undefined while there is none. */
  readonly answer: string | undefined;
  /** Undefined where only the messages are known, as in a conversation that began as a copy of another. */
  readonly run: RunView | undefined;
}

export interface Question {
  readonly text: string;
  readonly at: string;
  readonly attachments: readonly AttachmentView[];
  /** Place in the conversation; undefined while the message waits for its turn. */
  readonly seq: number | undefined;
}

/**
 * Messages and runs of a conversation as one thread, oldest first: what stands in the conversation by its place there,
 * then what waits, in the order in which it will have its turn. Both lists are newest first.
 */
export function buildThread(
  messages: readonly MessageView[],
  runs: readonly RunView[],
): readonly Entry[] {
  const byRun = Map.groupBy(messages.toReversed(), ({ run_id }) => run_id);
  const known = new Map(runs.map((run) => [run.id, run]));
  const spoken = [...byRun]
    .filter(([runId, said]) => !isTakenBack(said, known.get(runId)))
    .map(([runId, said]) => toEntry(runId, said, known.get(runId)));
  const waiting = runs
    .filter((run) => !byRun.has(run.id) && isWaiting(run))
    .toSorted((one, other) => placeOf(one) - placeOf(other))
    .map((run) => toEntry(run.id, [], run));
  return [...spoken, ...waiting];
}

/** A thread with the entries of the one before where they are the same: what shows them is not drawn anew. */
export function keepEntries(known: readonly Entry[], thread: readonly Entry[]): readonly Entry[] {
  const byRun = new Map(known.map((entry) => [entry.runId, entry]));
  return thread.map((entry) => replaceEqualDeep(byRun.get(entry.runId), entry));
}

/** A person has stopped it while it waited for its turn: it was never heard, and has no answer in the conversation. */
function isTakenBack(said: readonly MessageView[], run: RunView | undefined): boolean {
  return (
    run?.status === 'halted' && run.turns === 0 && said.every(({ role }) => role !== 'assistant')
  );
}

/** A run without a message of its own in the conversation, which is not older than what is shown. */
function isWaiting({ status, merged_into: mergedInto }: RunView): boolean {
  return status === 'queued' && mergedInto === null;
}

function placeOf({ position }: RunView): number {
  return position ?? Number.MAX_SAFE_INTEGER;
}

function toEntry(runId: RunId, said: readonly MessageView[], run: RunView | undefined): Entry {
  const question = said.find(({ role }) => role === 'user');
  const answer = said.find(({ role }) => role === 'assistant')?.content ?? run?.answer ?? undefined;
  if (question === undefined && run !== undefined)
    return {
      runId,
      question: { text: run.message, at: run.created_at, attachments: [], seq: undefined },
      answer,
      run,
    };
  return {
    runId,
    question: question && {
      text: question.content,
      at: question.created_at,
      attachments: question.attachments,
      seq: question.seq,
    },
    answer,
    run,
  };
}
