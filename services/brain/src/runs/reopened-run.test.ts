import { expect, test } from 'vitest';
import {
  BREAD,
  gary,
  LATER,
  LOCK_KEY,
  ORDER,
  openRuns,
  TALK,
  UNCERTAIN,
} from './sqlite-runs-testing.ts';

/** Its person has said what became of it while another run is on. */
async function openReopened() {
  const runs = openRuns();
  await runs.finish(UNCERTAIN);
  runs.addRun(LATER, TALK);
  await runs.resolve();
  return runs;
}

test('a message that interrupts halts the run that is on, not one that waits for its turn to go on', async () => {
  const runs = await openReopened();
  expect((await runs.say(TALK, 'interrupt')).halted).toBe(LATER);
});

test('a message that is said to the run that is on does not reach one that waits for its turn to go on', async () => {
  const runs = await openReopened();
  await runs.say(TALK, 'steer');
  expect(runs.steeredBy()).toBe(LATER);
});

test('while no other run is on, the one that is about to go on is meant', async () => {
  const runs = openRuns();
  await runs.finish(UNCERTAIN);
  await runs.resolve();
  await runs.say(BREAD, 'steer');
  expect(runs.steeredBy()).toBe(ORDER);
  expect(runs.store.find(gary, ORDER)).toMatchObject({ status: 'waiting' });
});

test('a run whose question was answered before it could ask does not end with it, and goes on', async () => {
  const runs = openRuns();
  await runs.resolve();
  await expect(runs.finish(UNCERTAIN)).rejects.toMatchObject({ reason: 'SUSPENDED' });
  expect(runs.store.find(gary, ORDER)).toMatchObject({ status: 'running', finishedAt: undefined });
  expect(runs.store.findHead(LOCK_KEY)?.id).toBe(ORDER);
  expect(runs.store.listSteps(ORDER)).toEqual([]);
});
