import type { PlacedResult } from '@bakerst/contracts';
import { expect, test } from 'vitest';
import { AnswerJournal } from './answer-journal.ts';

const signal = new AbortController().signal;

function answer(index: number, chars = 1): PlacedResult {
  return { index, order: index, at: 0, result: { ok: true, json: `"${'x'.repeat(chars)}"` } };
}

function open() {
  const told: number[][] = [];
  const journal = new AnswerJournal(async (results) => {
    told.push(results.map(({ index }) => index));
  });
  return { journal, told };
}

test('answers are told in their order, and no message is larger than the bus takes', async () => {
  const { journal, told } = open();
  for (const index of [0, 1, 2, 3]) journal.add(answer(index, 400_000));
  await journal.tell(signal);
  expect(told).toEqual([
    [0, 1],
    [2, 3],
  ]);
});

test('a question carries what fits, and the rest is told before it', async () => {
  const { journal, told } = open();
  for (const index of [0, 1, 2]) journal.add(answer(index, 400_000));
  const along = await journal.prepareQuestion(signal);
  expect([told, along.map(({ index }) => index)]).toEqual([[[0, 1]], [2]]);
});

test('what a question carried and the end has told meanwhile takes nothing else along', async () => {
  const { journal, told } = open();
  journal.add(answer(0));
  const along = await journal.prepareQuestion(signal);
  await journal.tell(signal);
  journal.add(answer(1));
  journal.forget(along);
  await journal.tell(signal);
  expect(told).toEqual([[0], [1]]);
});
