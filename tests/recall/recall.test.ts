import { beforeAll, expect, test } from 'vitest';
import { type MeasuredRecall, measureRecall } from './app.ts';
import { readCorpus } from './read-corpus.ts';

let measured: MeasuredRecall;
beforeAll(async () => {
  measured = await measureRecall();
});

test('by words alone, 9 of 10 questions that share a word with their fact find it among five', () => {
  const { words } = measured.lexical;
  expect(words.recallAt5, words.missed.join('\n')).toBeGreaterThanOrEqual(0.9);
});

test('by what they mean, 8 of 10 questions find a fact that they share no word with', () => {
  const { paraphrase } = measured.hybrid;
  expect(paraphrase.recallAt5, paraphrase.missed.join('\n')).toBeGreaterThanOrEqual(0.8);
  // Without meanings these are out of reach: the figure above is no accident.
  expect(measured.lexical.paraphrase.recallAt5).toBeLessThan(0.2);
});

test('meanings make no question worse that words can answer', () => {
  const { lexical, hybrid } = measured;
  expect(hybrid.words.recallAt5, hybrid.words.missed.join('\n')).toBeGreaterThanOrEqual(
    lexical.words.recallAt5,
  );
});

test('no fact has taken the place of another by being like it', () => {
  const { facts } = readCorpus();
  const corrections = facts.filter(({ corrects }) => corrects !== undefined);
  expect(measured.held).toBe(facts.length - corrections.length);
});

test('a fact that was replaced never stands before its correction', () => {
  for (const { words, paraphrase } of [measured.lexical, measured.hybrid]) {
    expect(words.outranked).toBe(0);
    expect(paraphrase.outranked).toBe(0);
  }
});
