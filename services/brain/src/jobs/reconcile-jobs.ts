import type { JobQueueInspector } from '@bakerst/bus';
import type { Clock } from '@bakerst/kit';
import { followMove, type MoveJobDeps } from './move-job.ts';
import type { JobQueueStore, PublishedJob } from './ports.ts';

/** How often rows and work queue are compared. */
const LOOK_MS = 5_000;
/** A message that two looks in a row have missed is lost: its result would have arrived meanwhile. */
const LOOKS_MISSED = 2;
/** Looks under way at a time. */
const WIDTH = 20;

export interface ReconcileDeps extends MoveJobDeps {
  readonly queue: JobQueueStore;
  readonly inspector: JobQueueInspector;
  readonly clock: Clock;
}

/**
 * Sends jobs again that are in the work queue by their row, and are not: after the loss of the queue, of a part of it,
 * or of a brain that had sent them and could not note where.
 */
export function watchLostJobs(deps: ReconcileDeps): Disposable {
  const round: Round = { afterSeq: 0, missed: new Map(), seen: new Set() };
  let isLooking = false;
  const look = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    try {
      await compare(deps, round);
    } catch (err) {
      deps.log.debug({ err }, 'work queue not compared with the rows');
    } finally {
      isLooking = false;
    }
  };
  return deps.clock.every(LOOK_MS, () => void look());
}

/** The queue has been made anew: all that was in it is sent again. */
export async function replaceLostQueue(deps: ReconcileDeps, created: string): Promise<void> {
  const moves = await deps.queue.noteQueueCreated(created);
  if (moves === undefined) return;
  deps.log.warn({ event: 'jetstream_lost', jobs: moves.length }, 'the work queue was lost');
  for (const move of moves) followMove(deps, move);
}

/** Every look takes the next part of what is published, so that none costs more than so much. */
interface Round {
  afterSeq: number;
  /** How many looks in a row have missed an attempt. */
  readonly missed: Map<string, number>;
  /** Attempts that this round has come across. */
  readonly seen: Set<string>;
}

async function compare(deps: ReconcileDeps, round: Round): Promise<void> {
  const { found, isLast } = deps.queue.listPublished(deps.clock.now() - LOOK_MS, round.afterSeq);
  for (let from = 0; from < found.length; from += WIDTH)
    await Promise.all(found.slice(from, from + WIDTH).map((each) => compareOne(deps, round, each)));
  round.afterSeq = isLast ? 0 : (found.at(-1)?.seq ?? 0);
  if (!isLast) return;
  for (const key of round.missed.keys()) if (!round.seen.has(key)) round.missed.delete(key);
  round.seen.clear();
}

async function compareOne(
  deps: ReconcileDeps,
  { missed, seen }: Round,
  published: PublishedJob,
): Promise<void> {
  const { job, streamSeq } = published;
  // Whoever sent it died before noting where: sent again under the same id it either is there or gets there.
  if (streamSeq === undefined) return deps.relay.relay(job);
  const key = `${job.id}:${job.attempt}`;
  seen.add(key);
  const looks = (await deps.inspector.has(job.id, streamSeq)) ? 0 : (missed.get(key) ?? 0) + 1;
  missed.set(key, looks);
  if (looks < LOOKS_MISSED) return;
  const move = await deps.queue.noteLost(published);
  if (move !== undefined) followMove(deps, move);
}
