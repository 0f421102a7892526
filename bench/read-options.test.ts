import { StartError } from '@bakerst/kit/start-error';
import { expect, test } from 'vitest';
import type { Measurement } from './measurements/measurement.ts';
import { readOptions, usage } from './read-options.ts';

const MEASUREMENTS: readonly Measurement[] = ['first-text', 'start'].map((name) => ({
  name,
  about: `about ${name}`,
  rows: {},
  run: async () => ({}),
}));

function read(...args: readonly string[]) {
  return readOptions(args, MEASUREMENTS);
}

test('without arguments everything is measured in as many rounds as the method asks for', () => {
  expect(read()).toEqual({
    isHelp: false,
    isQuick: false,
    isWriting: false,
    rounds: 8,
    chosen: MEASUREMENTS,
  });
});

test('quick means fewer rounds, unless their number is given', () => {
  expect(read('--quick').rounds).toBe(3);
  expect(read('--quick', '--rounds', '5').rounds).toBe(5);
});

test('only what is named is measured', () => {
  expect(read('--only', 'start').chosen.map(({ name }) => name)).toEqual(['start']);
  expect(read('--only', 'start, first-text').chosen).toHaveLength(2);
});

test.each([
  ['an unknown option', ['--fast'], '--fast'],
  ['an unknown measurement', ['--only', 'startup'], 'first-text, start'],
  ['no rounds', ['--rounds', '0'], 'from 1 to 1000'],
  ['a part of the page', ['--write', '--only', 'start'], 'whole page'],
  ['half a round', ['--rounds', '1.5'], 'not "1.5"'],
])('%s is refused with what would do', (_, args, sentence) => {
  expect(() => read(...args)).toThrow(StartError);
  expect(() => read(...args)).toThrow(sentence);
});

test('the usage names every measurement', () => {
  expect(usage(MEASUREMENTS)).toContain('  first-text  about first-text');
});
