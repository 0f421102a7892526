import { expect, test } from 'vitest';
import { readDuration, writeDuration } from './duration.ts';

test('a duration is a number with its unit', () => {
  expect(['15 min', '2h', '1 d', '1.5 h', '30 S', '0 s'].map(readDuration)).toEqual([
    900_000, 7_200_000, 86_400_000, 5_400_000, 30_000, 0,
  ]);
  expect(['', '15', 'min', '-1 h', '1 week', '1 h 5 min'].map(readDuration)).toEqual(
    Array(6).fill(undefined),
  );
});

test('it is written in the largest unit that says it exactly', () => {
  const durations = [86_400_000, 5_400_000, 7_200_000, 90_000, 1_500, 0];
  expect(durations.map(writeDuration)).toEqual(['1 d', '90 min', '2 h', '90 s', '1.5 s', '0 s']);
  expect(durations.map(writeDuration).map(readDuration)).toEqual(durations);
});
