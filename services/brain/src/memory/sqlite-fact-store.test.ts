import { FactId, RunId } from '@bakerst/contracts';
import { randomId } from '@bakerst/kit';
import { expect, test } from 'vitest';
import { createSqliteFence } from '../runs/sqlite-fence.ts';
import type { FactStore } from './ports.ts';
import { BOB, GARY, openFacts } from './sqlite-memory-testing.ts';

const source = { kind: 'user' } as const;
const newId = () => FactId.parse(randomId());
const fact = (text: string) => ({ id: newId(), text, category: 'general', source }) as const;
const correction = (text: string) => ({ newId: newId(), text, source });

type Opened = ReturnType<typeof openFacts>;

async function find({ facts, words }: Opened, word: string): Promise<readonly string[]> {
  const ids = await words.find(GARY, [word], { category: undefined, limit: 10 });
  return facts.pick(GARY, ids).map(({ text }) => text);
}

function textsOf(facts: FactStore): readonly string[] {
  const window = { beforeSeq: undefined, limit: 100 };
  return facts.list(GARY, { category: undefined }, window).map(({ text }) => text);
}

test('a run that was taken over remembers, corrects and forgets nothing', async () => {
  const { db, facts } = openFacts();
  const tea = await facts.add(GARY, fact('Tea is green.'));
  createSqliteFence(db).raise('lock', { incarnation: 1, revision: 5 });
  const runId = RunId.parse(randomId());
  const fence = { runId, lockKey: 'lock', token: { incarnation: 1, revision: 4 } };
  const refused = { reason: 'FENCED' };
  await expect(facts.add(GARY, { ...fact('x'), fence })).rejects.toMatchObject(refused);
  const late = facts.correct(GARY, tea.id, { ...correction('x'), fence });
  await expect(late).rejects.toMatchObject(refused);
  await expect(facts.remove(GARY, tea.id, fence)).rejects.toMatchObject(refused);
  expect(textsOf(facts)).toEqual(['Tea is green.']);
});

test('the same words told at the same moment are one fact', async () => {
  const opened = openFacts();
  const { facts } = opened;
  const told = ['Tea is green.', 'tea is green.'].map((text) => facts.add(GARY, fact(text)));
  const [one, two] = await Promise.all(told);
  expect(two).toEqual(one);
  expect(await find(opened, 'teas')).toHaveLength(1);
});

test('a correction holds, is found instead, and says what it has replaced, by whom and when', async () => {
  const opened = openFacts();
  const { facts, clock } = opened;
  const runId = RunId.parse(randomId());
  const model = { kind: 'model', runId } as const;
  const old = await facts.add(GARY, { ...fact('The NAS is called Mycroft.'), source: model });
  await clock.advance(1_000);
  const now = await facts.correct(GARY, old.id, correction('The NAS is called Moriarty.'));
  expect(await find(opened, 'nas')).toEqual(['The NAS is called Moriarty.']);
  expect(facts.find(GARY, old.id)).toMatchObject({ supersededBy: now?.id });
  expect(facts.pick(GARY, [old.id])).toEqual([]);
  const history = [
    { kind: 'stored', factId: old.id, text: 'The NAS is called Mycroft.', source: model },
    { kind: 'corrected', replacedId: old.id, text: 'The NAS is called Moriarty.', source },
  ];
  expect(now && facts.listChanges(now)).toMatchObject(history);
  expect(now && facts.listChanges(now)[1]?.at).toBe(old.createdAt + 1_000);
});

test('a correction made again finds the first, another one comes too late', async () => {
  const { facts } = openFacts();
  const old = await facts.add(GARY, fact('red'));
  const now = await facts.correct(GARY, old.id, correction('green'));
  expect(await facts.correct(GARY, old.id, correction('Green'))).toEqual(now);
  const late = facts.correct(GARY, old.id, correction('blue'));
  await expect(late).rejects.toMatchObject({ code: 'CONFLICT', reason: 'FACT_SUPERSEDED' });
  expect(textsOf(facts)).toEqual(['green']);
});

test('what was corrected does not hold again because it is told again', async () => {
  const { facts } = openFacts();
  const old = await facts.add(GARY, fact('red'));
  const now = await facts.correct(GARY, old.id, correction('green'));
  expect(await facts.add(GARY, fact('red'))).toMatchObject({ id: old.id, supersededBy: now?.id });
  expect(textsOf(facts)).toEqual(['green']);
});

test('a correction back, and one to what is known already, leave one of both', async () => {
  const opened = openFacts();
  const { facts } = opened;
  const red = await facts.add(GARY, fact('red'));
  const green = await facts.correct(GARY, red.id, correction('green'));
  expect(await facts.correct(GARY, green?.id ?? '', correction('red'))).toMatchObject({
    id: red.id,
    supersededBy: undefined,
  });
  expect(textsOf(facts)).toEqual(['red']);
  const other = await facts.add(GARY, fact('blue'));
  expect(await facts.correct(GARY, other.id, correction('red'))).toMatchObject({ id: red.id });
  expect(textsOf(facts)).toEqual(['red']);
  expect(await find(opened, 'red')).toEqual(['red']);
  expect(facts.listChanges(red)).toHaveLength(5);
});

test('the same words of another category are corrected in place', async () => {
  const { facts } = openFacts();
  const { id } = await facts.add(GARY, fact('the NAS is Mycroft'));
  const corrected = await facts.correct(GARY, id, {
    ...correction('The NAS is Mycroft'),
    category: 'homelab',
  });
  expect(corrected).toMatchObject({ id, text: 'The NAS is Mycroft', category: 'homelab' });
  expect(corrected && facts.listChanges(corrected)).toMatchObject([
    { text: 'the NAS is Mycroft' },
    { text: 'The NAS is Mycroft' },
  ]);
});

test.each([
  ['The wifi is called HomeNet.', 'The wifi is called homenet.'],
  ['Er ist schon da.', 'Er ist schön da.'],
  ['यह किताब है', 'यह कताब है'],
  ['Ella tiene 40 años.', 'Ella tiene 40 anos.'],
])('words that differ in case or marks are two facts: %s', async (one, other) => {
  const { facts } = openFacts();
  await facts.add(GARY, fact(one));
  await facts.add(GARY, fact(other));
  await facts.add(GARY, fact(one.normalize('NFD')));
  expect(textsOf(facts)).toEqual([other, one]);
});

test('a fact that is restored takes the place of what had replaced it', async () => {
  const opened = openFacts();
  const { facts } = opened;
  const red = await facts.add(GARY, fact('red'));
  const green = await facts.correct(GARY, red.id, correction('green'));
  const restored = await facts.restore(GARY, red.id, { source });
  expect(restored).toMatchObject({ id: red.id, supersededBy: undefined });
  expect(await facts.restore(GARY, red.id, { source })).toEqual(restored);
  expect(await find(opened, 'green')).toEqual([]);
  expect(await find(opened, 'red')).toEqual(['red']);
  expect(facts.listChanges(red).at(-1)).toMatchObject({ kind: 'restored', replacedId: green?.id });
});

test('what is forgotten is gone with all that it has replaced', async () => {
  const opened = openFacts();
  const { db, facts } = opened;
  const red = await facts.add(GARY, fact('red'));
  const green = await facts.correct(GARY, red.id, correction('green'));
  const blue = await facts.correct(GARY, green?.id ?? '', correction('blue'));
  expect(await facts.remove(GARY, green?.id ?? '')).toBe(true);
  expect(facts.find(GARY, red.id)).toMatchObject({ supersededBy: blue?.id });
  expect(await facts.remove(GARY, blue?.id ?? '')).toBe(true);
  expect(await facts.remove(GARY, blue?.id ?? '')).toBe(false);
  expect(facts.find(GARY, red.id)).toBeUndefined();
  expect(await find(opened, 'blue')).toEqual([]);
  for (const table of ['fact', 'fact_change'])
    expect(db.prepare(`SELECT * FROM ${table}`).all()).toEqual([]);
});

test('a chain whose first fact is gone shares its number with no new fact', async () => {
  const { facts } = openFacts();
  const red = await facts.add(GARY, fact('red'));
  const green = await facts.add(GARY, fact('green'));
  await facts.correct(GARY, red.id, correction('green'));
  await facts.restore(GARY, red.id, { source });
  await facts.remove(GARY, green.id);
  const blue = await facts.add(GARY, fact('blue'));
  expect(facts.listChanges(blue)).toHaveLength(1);
  await facts.remove(GARY, blue.id);
  expect(textsOf(facts)).toEqual(['red']);
});

test('secrets are hidden, and nobody finds or changes what is another one’s', async () => {
  const { facts } = openFacts();
  const { id, text } = await facts.add(GARY, fact('the password is hunter2'));
  expect(text).toBe('the password is [hidden]');
  expect(facts.find(BOB, id)).toBeUndefined();
  expect(facts.pick(BOB, [id])).toEqual([]);
  expect(await facts.correct(BOB, id, correction('x'))).toBeUndefined();
  expect(await facts.restore(BOB, id, { source })).toBeUndefined();
  expect(await facts.remove(BOB, id)).toBe(false);
  expect(await facts.add(BOB, fact('the password is hunter2'))).not.toMatchObject({ id });
});
