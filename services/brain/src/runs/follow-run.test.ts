import type { RunEventBus } from '@bakerst/bus';
import type { EventPlace, StreamEvent } from '@bakerst/contracts';
import { createFakeClock, settle } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import { createRunRegistry } from './active-run.ts';
import type { FeedEvent } from './event-log.ts';
import { followRun } from './follow-run.ts';
import type { RunEnd } from './run.ts';
import { gary, ORDER, ORDERED, openRuns, UNCERTAIN } from './sqlite-runs-testing.ts';
import { toTerminalEvent } from './stream-events.ts';

/** What brains elsewhere have shown, and show. */
function createBus() {
  const shown: { takeover: number; first: number; events: StreamEvent[]; isNewest: boolean }[] = [];
  let wake = Promise.withResolvers<void>();
  const bus: RunEventBus = {
    publish: () => undefined,
    async *read(_runId, signal) {
      signal.addEventListener('abort', () => wake.resolve());
      for (let i = 0; !signal.aborted; ) {
        const batch = shown[i];
        if (batch === undefined) await wake.promise;
        else {
          i++;
          yield batch;
        }
      }
    },
  };
  return {
    bus,
    show(takeover: number, event: StreamEvent) {
      const before = shown.filter((batch) => batch.takeover === takeover).length;
      shown.push({ takeover, first: before + 1, events: [event], isNewest: true });
      wake.resolve();
      wake = Promise.withResolvers<void>();
    },
  };
}

function openFollowed() {
  const runs = openRuns();
  const { bus, show } = createBus();
  const clock = createFakeClock();
  const settings = { readLanguage: () => 'en' };
  const deps = {
    registry: createRunRegistry(),
    store: runs.store,
    settings,
    runEvents: bus,
    clock,
  };
  const showEnd = (takeover: number, end: RunEnd): void => {
    const found = runs.store.find(gary, ORDER);
    if (found === undefined) throw new Error('the run is there');
    show(takeover, toTerminalEvent({ ...found, ...end }, 'en'));
  };
  return {
    ...runs,
    async endUncertain() {
      await runs.finish(UNCERTAIN);
      show(1, { type: 'status', message: 'Processing your request...' });
      showEnd(1, UNCERTAIN);
    },
    async goOn() {
      await runs.takeUp();
      show(2, { type: 'rewind', after: '1.1' });
      await runs.finish(ORDERED, 2);
      showEnd(2, ORDERED);
    },
    /** Follows from the beginning; gives what is told, of ends how the run stood. */
    follow(after?: EventPlace) {
      const told: string[] = [];
      const places: (EventPlace | undefined)[] = [];
      const tell = ({ event, place }: FeedEvent): void => {
        told.push(event.type === 'complete' ? event.response.status : event.type);
        places.push(place);
      };
      const { signal } = new AbortController();
      const ended = followRun(deps, { scope: gary, runId: ORDER, after }, { tell, signal });
      return { told, places, ended };
    },
    show,
    clock,
  };
}

test('a run that asks ends with its question', async () => {
  const { endUncertain, follow } = openFollowed();
  await endUncertain();
  const { told, ended } = follow();
  await ended;
  expect(told).toEqual(['status', 'uncertain']);
});

test('who comes when the question has been answered and the run has ended is told of the one end that counts', async () => {
  const { endUncertain, resolve, goOn, follow } = openFollowed();
  await endUncertain();
  await resolve();
  await goOn();
  const { told, ended } = follow();
  await ended;
  expect(told).toEqual(['status', 'rewind', 'completed']);
});

test('who comes between the answer and the takeover waits for the end that follows', async () => {
  const { endUncertain, resolve, goOn, follow } = openFollowed();
  await endUncertain();
  await resolve();
  const { told, ended } = follow();
  await settle();
  expect(told).toEqual(['status']);
  await goOn();
  await ended;
  expect(told).toEqual(['status', 'rewind', 'completed']);
});

const GREETING = { type: 'status', message: 'Processing your request...' } as const;
const text = (said: string) => ({ type: 'progress', text: said }) as const;

test('who has been shown more elsewhere than is published yet goes on with what follows', async () => {
  const { show, follow, clock } = openFollowed();
  show(1, GREETING);
  const { told } = follow({ takeover: 1, n: 2 });
  await clock.advance(900);
  show(1, text('two'));
  show(1, text('loaves'));
  await clock.advance(5_000);
  expect(told).toEqual(['progress']);
});

test('who names a place that is never reached is told everything anew', async () => {
  const { show, follow, clock } = openFollowed();
  show(1, GREETING);
  const { told } = follow({ takeover: 1, n: 2 });
  await clock.advance(3_000);
  expect(told).toEqual(['rewind', 'snapshot']);
});

test('the end that is told when the stream has gone has its place', async () => {
  const { finish, follow, clock } = openFollowed();
  await finish(ORDERED);
  const { told, places, ended } = follow();
  await clock.advance(500);
  await ended;
  expect(told).toEqual(['rewind', 'snapshot', 'completed']);
  expect(places.slice(1)).toEqual([
    { takeover: 1, n: 1 },
    { takeover: 1, n: 2 },
  ]);
});
