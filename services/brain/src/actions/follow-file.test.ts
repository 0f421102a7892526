import { silentLogger } from '@bakerst/kit';
import { createFakeClock } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import type { EntryFile } from './disk-entry-file.ts';
import { createFileFollower } from './follow-file.ts';

function follow() {
  const made = new Set<string>();
  const state: { entries: readonly { readonly name: string }[] | undefined } = {
    entries: undefined,
  };
  const file: EntryFile = {
    read: () => state.entries && { entries: state.entries, text: JSON.stringify(state.entries) },
  };
  const kind = {
    file: 'BELLS.json',
    follow: async (entry: unknown) => void made.add((entry as { name: string }).name),
    hasAny: () => made.size > 0,
    keepOnly: async (names: ReadonlySet<string>) => {
      for (const name of made) if (!names.has(name)) made.delete(name);
    },
  };
  const deps = { file, kind, clock: createFakeClock(), log: silentLogger };
  return { made, state, follower: createFileFollower(deps) };
}

test('a file that is gone takes nothing away, and is told of; one that can be read does', async () => {
  const { made, state, follower } = follow();
  await follower.look();
  expect(follower.listProblems()).toEqual([]);
  state.entries = [{ name: 'front' }, { name: 'back' }];
  await follower.look();
  state.entries = undefined;
  await follower.look();
  expect([...made]).toEqual(['front', 'back']);
  expect(follower.listProblems()).toEqual([
    'BELLS.json is not there; what it said before still counts',
  ]);
  state.entries = [{ name: 'back' }];
  await follower.look();
  expect([[...made], follower.listProblems()]).toEqual([['back'], []]);
  state.entries = [];
  await follower.look();
  expect(made.size).toBe(0);
});

test('names are told apart to their ends', async () => {
  const { made, state, follower } = follow();
  const long = 'N'.repeat(150);
  state.entries = [{ name: `${long}1` }, { name: `${long}2` }];
  await follower.look();
  expect(made).toEqual(new Set([`${long}1`, `${long}2`]));
  expect(follower.listProblems()).toEqual([]);
});
