import type { EventPlace } from '@bakerst/contracts';
import { expect, test } from 'vitest';
import type { PlacedEvent } from './event-log.ts';
import { tellInOrder } from './tell-in-order.ts';

const at = (takeover: number, n: number): EventPlace => ({ takeover, n });

function events(takeover: number, from: number, to: number): PlacedEvent[] {
  return Array.from({ length: to - from + 1 }, (_, i) => {
    const event = { type: 'progress', text: `${from + i}` } as const;
    return { place: at(takeover, from + i), event, line: JSON.stringify(event) };
  });
}

function openReader(after: EventPlace | undefined) {
  const told: string[] = [];
  const reader = {
    after,
    tell({ place }: PlacedEvent) {
      reader.after = place;
      told.push(`${place.takeover}.${place.n}`);
    },
  };
  let covered: EventPlace | undefined;
  let looks = 0;
  const stored = {
    findCovered() {
      looks += 1;
      return covered;
    },
    tellSnapshot() {
      reader.after = covered;
      told.push('snapshot');
    },
  };
  return {
    told,
    looks: () => looks,
    store: (place: EventPlace) => {
      covered = place;
    },
    tell: (batch: PlacedEvent[]) => tellInOrder(reader, batch, stored),
  };
}

test('events are told once and in a row, also over a takeover', () => {
  const { tell, told, looks } = openReader(undefined);
  tell(events(1, 1, 2));
  tell(events(1, 2, 3));
  tell(events(2, 1, 1));
  tell(events(1, 4, 4));
  expect(told).toEqual(['1.1', '1.2', '1.3', '2.1']);
  expect(looks()).toBe(0);
});

test('what lies behind a gap is held back until what is missing is stored', () => {
  const { tell, told, store, looks } = openReader(at(1, 3));
  store(at(1, 2));
  tell(events(2, 41, 45));
  tell(events(2, 46, 50));
  expect(told).toEqual([]);
  expect(looks()).toBe(2);
  store(at(2, 52));
  tell(events(2, 51, 54));
  expect(told).toEqual(['snapshot', '2.53', '2.54']);
});

test('one who has seen nothing gets what is stored, and the rest only from there', () => {
  const { tell, told, store } = openReader(undefined);
  store(at(1, 5));
  tell(events(1, 9, 10));
  expect(told).toEqual(['snapshot']);
  tell(events(1, 6, 7));
  expect(told).toEqual(['snapshot', '1.6', '1.7']);
});
