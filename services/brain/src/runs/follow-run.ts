import type { RunEventBus } from '@bakerst/bus';
import {
  comparePlaces,
  type EventPlace,
  isTerminalEvent,
  isTerminalRun,
  type StreamEvent,
} from '@bakerst/contracts';
import { AppError, type Clock } from '@bakerst/kit';
import type { TenantSettings } from '../conversations/ports.ts';
import type { Scope } from '../principals/principal.ts';
import type { ActiveRun, RunRegistry } from './active-run.ts';
import type { FeedEvent, PlacedEvent } from './event-log.ts';
import type { RunStore } from './ports.ts';
import { readBacklog, toPlacedEvents } from './read-backlog.ts';
import type { RunSummary } from './run.ts';
import { toSnapshotParts } from './snapshot.ts';
import { toTerminalEvent } from './stream-events.ts';
import { tellInOrder } from './tell-in-order.ts';
import { terminalPlace } from './terminal-place.ts';

/** How often a run that is executed elsewhere is looked up, in case its last event got lost. */
const LOOK_MS = 1_000;

export interface FollowRunDeps {
  readonly registry: RunRegistry;
  readonly store: Pick<RunStore, 'find' | 'listSteps'>;
  readonly settings: Pick<TenantSettings, 'readLanguage'>;
  readonly runEvents: RunEventBus;
  readonly clock: Clock;
}

export interface FollowedRun {
  readonly scope: Scope;
  readonly runId: string;
  /** The last event that the reader has; undefined for none. */
  readonly after: EventPlace | undefined;
}

/** A reader on its way through a run. */
interface Reader {
  after: EventPlace | undefined;
  hasEnded: boolean;
  /** Tells nothing behind the end, and no end that has been overtaken. */
  readonly tell: (event: FeedEvent) => void;
  readonly signal: AbortSignal;
}

/**
 * Tells every event of a run after `after`, wherever the run is executed and however often it is taken over;
 * returns after its one terminal event, or when the signal is aborted.
 * Throws AppError NOT_FOUND for a run that the scope does not hold.
 */
export async function followRun(
  deps: FollowRunDeps,
  followed: FollowedRun,
  call: { readonly tell: (event: FeedEvent) => void; readonly signal: AbortSignal },
): Promise<void> {
  const reader = createReader(deps, followed, call);
  while (!reader.hasEnded && !call.signal.aborted) {
    const active = deps.registry.find(followed.runId);
    if (active !== undefined) {
      await followHere(deps, active, reader);
      continue;
    }
    const run = deps.store.find(followed.scope, followed.runId);
    if (run === undefined)
      throw new AppError('NOT_FOUND', 'there is no such run', { reason: 'RUN_NOT_FOUND' });
    // What was said to a run while it was on is answered by that run.
    if (run.mergedInto !== undefined)
      return await followRun(deps, { ...followed, runId: run.mergedInto }, call);
    if (isTerminalRun(run.status)) await tellRest(deps, run, reader);
    else await followElsewhere(deps, run, reader);
  }
}

function createReader(
  deps: FollowRunDeps,
  followed: FollowedRun,
  call: { readonly tell: (event: FeedEvent) => void; readonly signal: AbortSignal },
): Reader {
  const reader: Reader = {
    after: followed.after,
    hasEnded: false,
    signal: call.signal,
    tell(event) {
      if (reader.hasEnded) return;
      if (event.place !== undefined) reader.after = event.place;
      const isTerminal = isTerminalEvent(event.event);
      if (isTerminal && !isEnd(event, deps.store.find(followed.scope, followed.runId))) return;
      reader.hasEnded = isTerminal;
      call.tell(event);
    },
  };
  return reader;
}

/** Of a terminal event: a run that ended with a question goes on once that is answered, and has another end then. */
function isEnd({ place }: FeedEvent, run: RunSummary | undefined): boolean {
  if (place === undefined || run === undefined) return true;
  return isTerminalRun(run.status) && place.takeover >= run.takeover;
}

async function followHere(deps: FollowRunDeps, active: ActiveRun, reader: Reader): Promise<void> {
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const listener = { event: reader.tell, end: resolve };
  if (active.feed.isAhead(reader.after)) tellSnapshot(deps, active.run.id, reader);
  let attached = active.feed.attach(listener, reader.after);
  if (attached === undefined) {
    await catchUp(deps, active, reader);
    attached = active.feed.attach(listener, reader.after);
  }
  using _attached = attached;
  if (attached === undefined || reader.hasEnded) return;
  reader.signal.addEventListener('abort', () => resolve(), { once: true });
  await ended;
}

/** Tells what earlier takeovers have stored. */
async function catchUp(deps: FollowRunDeps, active: ActiveRun, reader: Reader): Promise<void> {
  const { id } = active.run;
  const stored = deps.store
    .listSteps(id)
    .findLast(({ covers }) => covers.takeover < active.feed.takeover)?.covers;
  const missed =
    stored &&
    (await readBacklog(
      deps,
      { runId: id, after: reader.after },
      ({ place }) => comparePlaces(place, stored) >= 0,
    ));
  if (missed === undefined) tellSnapshot(deps, id, reader);
  else for (const event of missed) reader.tell(event);
}

/** Makes everything shown so far void and shows the stored steps instead. */
function tellSnapshot(deps: FollowRunDeps, runId: RunSummary['id'], reader: Reader): void {
  const steps = deps.store.listSteps(runId);
  reader.after = undefined;
  reader.tell(toFeedEvent({ type: 'rewind', after: null }, undefined));
  reader.tell(
    toFeedEvent(
      { type: 'snapshot', run_id: runId, parts: toSnapshotParts(steps) },
      steps.at(-1)?.covers,
    ),
  );
}

function toFeedEvent(event: StreamEvent, place: EventPlace | undefined): FeedEvent {
  return { place, event, line: JSON.stringify(event) };
}

/** For a run that has ended: what the reader has not seen, from the stream while it has it, else from the steps. */
async function tellRest(deps: FollowRunDeps, run: RunSummary, reader: Reader): Promise<void> {
  const rest = await readBacklog(
    deps,
    { runId: run.id, after: reader.after },
    (event) => isTerminalEvent(event.event) && isEnd(event, run),
  );
  for (const event of rest ?? []) reader.tell(event);
  // Without an end among them the run goes on again.
  if (rest !== undefined) return;
  tellSnapshot(deps, run.id, reader);
  const language = deps.settings.readLanguage(run.tenant.org, run.tenant.user);
  const place = terminalPlace(run, deps.store.listSteps(run.id));
  reader.tell(toFeedEvent(toTerminalEvent(run, language), place));
}

/** Reads along while another brain executes the run, or nobody does yet. */
async function followElsewhere(
  deps: FollowRunDeps,
  run: RunSummary,
  reader: Reader,
): Promise<void> {
  const leaving = new AbortController();
  const signal = AbortSignal.any([reader.signal, leaving.signal]);
  void deps.registry.changed(run.id, signal).then(() => leaving.abort());
  let newest: PlacedEvent | undefined;
  let overtaken: PlacedEvent | undefined;
  using _look = deps.clock.every(LOOK_MS, () => {
    const now = deps.store.find({ org: run.tenant.org, user: run.tenant.user }, run.id);
    if (now === undefined || isTerminalRun(now.status)) return leaving.abort();
    const isStill = overtaken !== undefined && overtaken === newest;
    overtaken = isAhead(reader.after, newest) ? newest : undefined;
    if (overtaken !== undefined && isStill) tellSnapshot(deps, run.id, reader);
  });
  try {
    for await (const batch of deps.runEvents.read(run.id, signal)) {
      if (signal.aborted) return;
      const events = toPlacedEvents(batch);
      if (batch.isNewest) newest = events.at(-1);
      tellInOrder(reader, events, {
        findCovered: () => deps.store.listSteps(run.id).at(-1)?.covers,
        tellSnapshot: () => tellSnapshot(deps, run.id, reader),
      });
      if (reader.hasEnded) return;
    }
  } catch {
    // NATS is away: the stored steps will tell.
    await deps.clock.sleep(LOOK_MS, signal).catch(() => undefined);
  } finally {
    leaving.abort();
  }
}

/**
 * True for a reader that names a place that no event has reached. What has been shown where the run is executed is
 * published a moment later: it has told something else only where that stays so.
 */
function isAhead(after: EventPlace | undefined, newest: PlacedEvent | undefined): boolean {
  return after !== undefined && newest !== undefined && comparePlaces(after, newest.place) > 0;
}
