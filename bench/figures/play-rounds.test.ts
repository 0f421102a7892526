import { expect, test } from 'vitest';
import { pick, playRounds } from './play-rounds.ts';

function playSides(rounds: number, stop = new AbortController()) {
  const played: string[] = [];
  const side = (name: string) => async (): Promise<number> => played.push(name);
  const done = playRounds(
    { ours: side('ours'), other: side('other') },
    { rounds, signal: stop.signal, onRound: (round) => round === 2 && stop.abort() },
  );
  return { played, done };
}

test('both sides warm up, then each round begins with the one that came second before', async () => {
  const { played, done } = playSides(2);
  const rounds = await done;
  expect(played).toEqual(['ours', 'other', 'ours', 'other', 'other', 'ours']);
  expect(rounds).toEqual([
    { ours: 3, other: 4 },
    { ours: 6, other: 5 },
  ]);
});

test('no round begins once it was asked to stop', async () => {
  const { played, done } = playSides(8);
  await expect(done).rejects.toThrow('aborted');
  expect(played).toHaveLength(6);
});

test('a part of every round is a round of its own', () => {
  const rounds = [{ ours: { first: 1 }, other: { first: 2 } }];
  expect(pick(rounds, ({ first }) => first)).toEqual([{ ours: 1, other: 2 }]);
});
