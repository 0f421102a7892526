import { FactId, FactLine, OrgId, RunId } from '@bakerst/contracts';
import { randomId } from '@bakerst/kit';
import { expect, test } from 'vitest';
import { exportFacts } from './export-facts.ts';
import { importFacts } from './import-facts.ts';
import type { FactStore } from './ports.ts';
import { readFactLines } from './read-fact-lines.ts';
import { BOB, GARY, openFacts } from './sqlite-memory-testing.ts';

const source = { kind: 'user' } as const;
const importer = { kind: 'service', name: 'org_admin' } as const;
const newId = () => FactId.parse(randomId());
const fact = (text: string) => ({ id: newId(), text, category: 'homelab', source }) as const;
/** The same person's name elsewhere. */
const CABIN = { org: OrgId.parse('cabin'), user: GARY.user };

type Opened = ReturnType<typeof open>;

function open() {
  const opened = openFacts();
  opened.db.exec("INSERT INTO org (id, created_at) VALUES ('cabin', 0)");
  return opened;
}

async function* piecesOf(text: string): AsyncGenerator<Buffer> {
  for (let from = 0; from < text.length; from += 97) yield Buffer.from(text.slice(from, from + 97));
}

function writeFile({ facts }: Opened, tenant = GARY): string {
  return [...exportFacts(facts, tenant)].join('');
}

async function read({ facts }: Pick<Opened, 'facts'>, file: string, tenant = CABIN) {
  const lines = await readFactLines(piecesOf(file));
  return await importFacts({ facts, newId: randomId }, { tenant, source: importer }, lines);
}

function listHeld({ facts }: Opened, tenant = CABIN): readonly string[] {
  const window = { beforeSeq: undefined, limit: 1_000 };
  return facts.list(tenant, { category: undefined }, window).map(({ text }) => text);
}

/** All that is known of a user's facts but their ids, and the file's way in. */
function tellAll({ facts }: Opened, tenant: typeof GARY): readonly unknown[] {
  const all = [...facts.listAll(tenant)].flat().map((exported) => exported.fact);
  const textOf = (id: FactId | undefined) => all.find((each) => each.id === id)?.text;
  const told = all.map((each) => ({
    text: each.text,
    category: each.category,
    source: each.source,
    createdAt: each.createdAt,
    supersededBy: textOf(each.supersededBy),
    history: facts
      .listChanges(each)
      .filter(({ kind }) => kind !== 'imported')
      .map(({ factId, replacedId, ...change }) => ({
        ...change,
        fact: textOf(factId),
        replaced: textOf(replacedId),
      })),
  }));
  return told.toSorted((one, other) => (one.text < other.text ? -1 : 1));
}

/** A life with everything that becomes of facts. */
async function live({ facts, clock }: Opened): Promise<void> {
  const runId = RunId.parse(randomId());
  const model = { kind: 'model', runId } as const;
  const nas = await facts.add(GARY, { ...fact('The NAS is called Mycroft.'), source: model });
  const now = await facts.correct(GARY, nas.id, {
    newId: newId(),
    text: 'The NAS is called Moriarty.',
    source,
  });
  await clock.advance(1_000);
  await facts.restore(GARY, nas.id, { source: { kind: 'service', name: 'calendar' } });
  await facts.restore(GARY, now?.id ?? '', { source });
  await facts.correct(GARY, now?.id ?? '', { newId: newId(), text: 'It is Adler.', source: model });
  await clock.advance(1_000);
  await facts.add(GARY, { ...fact('Tea is green.'), category: 'preferences' });
}

async function correctOften({ facts, clock }: Opened, count: number): Promise<void> {
  let { id } = await facts.add(GARY, fact('The rack has 0 units.'));
  for (let time = 1; time <= count; time++) {
    const text = `The rack has ${time} units.`;
    await clock.advance(1);
    id = (await facts.correct(GARY, id, { newId: newId(), text, source }))?.id ?? id;
  }
}

test('a file brings the same facts to another org: what holds, who said it and when', async () => {
  const opened = open();
  await live(opened);
  await opened.clock.advance(60_000);
  expect(await read(opened, writeFile(opened))).toEqual({ imported: 4, known: 0 });
  expect(tellAll(opened, CABIN)).toEqual(tellAll(opened, GARY));
  const [tea] = [...opened.facts.listAll(CABIN)]
    .flat()
    .filter(({ fact: { text } }) => /Tea/.test(text));
  const history = tea && opened.facts.listChanges(tea.fact);
  expect(history).toMatchObject([
    { kind: 'stored', source, at: opened.clock.now() - 60_000 },
    { kind: 'imported', source: importer, at: opened.clock.now() },
  ]);
  expect(await read(opened, writeFile(opened))).toEqual({ imported: 0, known: 4 });
});

test('an import that is cut short lets nothing hold that was replaced, and is finished by another one', async () => {
  const whole = open();
  await live(whole);
  await correctOften(whole, 60);
  const file = writeFile(whole);
  await read(whole, file);
  for (const steps of [1, 2]) {
    const opened = open();
    await opened.clock.advance(60_000);
    await expect(read({ facts: cutShort(opened.facts, steps) }, file)).rejects.toThrow('cut');
    const part = listHeld(opened);
    expect(part.length).toBeGreaterThan(0);
    expect(listHeld(whole)).toEqual(expect.arrayContaining([...part]));
    await read(opened, file);
    expect(tellAll(opened, CABIN)).toEqual(tellAll(whole, CABIN));
  }
});

/** A store that goes away after so many transactions of an import. */
function cutShort(facts: FactStore, steps: number): FactStore {
  return {
    ...facts,
    beginImport(tenant, brought) {
      const begun = facts.beginImport(tenant, brought);
      let left = steps;
      return {
        async add(some) {
          if (left-- === 0) throw new Error('cut');
          return await begun.add(some);
        },
      };
    },
  };
}

test('of a fact that was corrected very often the last one holds', async () => {
  const opened = open();
  await correctOften(opened, 150);
  await read(opened, writeFile(opened));
  expect(listHeld(opened)).toEqual(['The rack has 150 units.']);
  expect(tellAll(opened, CABIN)).toEqual(tellAll(opened, GARY));
});

test('a file that has lost its end brings history, and the rest makes it whole', async () => {
  const opened = open();
  await live(opened);
  const file = writeFile(opened);
  await read(opened, file.split('\n').slice(0, 2).join('\n'));
  expect(listHeld(opened)).toEqual([]);
  expect(await read(opened, file)).toEqual({ imported: 2, known: 2 });
  expect(tellAll(opened, CABIN)).toMatchObject(
    tellAll(opened, GARY).map((told) => ({ ...Object(told), history: expect.any(Array) })),
  );
  const [adler] = listHeld(opened).filter((text) => /Adler/.test(text));
  expect(adler).toBe('It is Adler.');
  const held = opened.facts.findByText(CABIN, 'It is Adler.');
  await opened.facts.remove(CABIN, held?.id ?? '');
  expect(tellAll(opened, CABIN)).toHaveLength(1);
});

test('what holds here beside what the file says has replaced it gives way', async () => {
  const opened = open();
  const { facts } = opened;
  const nas = await facts.add(CABIN, fact('The NAS is called Mycroft.'));
  await live(opened);
  await read(opened, writeFile(opened));
  expect(listHeld(opened).toSorted()).toEqual(['It is Adler.', 'Tea is green.']);
  expect(facts.find(CABIN, nas.id)?.supersededBy).toBeDefined();
  // What was decided here afterwards stays.
  await facts.restore(CABIN, nas.id, { source });
  await read(opened, writeFile(opened));
  expect(listHeld(opened).toSorted()).toEqual(['Tea is green.', 'The NAS is called Mycroft.']);
});

test('lines of an older version, or written by hand, are told by whoever brings them', async () => {
  const opened = open();
  const at = '2026-01-02T03:04:05.000Z';
  const old = { source: { kind: 'model', name: null, run_id: null }, created_at: at };
  const lines = [
    { id: 'a', text: 'red', ...old, superseded_by: 'b' },
    { id: 'b', text: 'green', ...old, superseded_by: null },
    { text: 'by hand' },
    { id: 'b', text: 'another b', superseded_by: 'nowhere' },
    { id: 'c', text: 'round', superseded_by: 'd' },
    { id: 'd', text: 'and round', superseded_by: 'c' },
    { id: 'e', text: 'itself', superseded_by: 'e' },
  ];
  const file = lines.map((line) => JSON.stringify(line)).join('\n');
  expect(await read(opened, file)).toEqual({ imported: 7, known: 0 });
  expect(listHeld(opened).toSorted()).toEqual(['by hand', 'green']);
  const { facts } = opened;
  const green = facts.findByText(CABIN, 'green');
  expect(green && facts.listChanges(green)).toMatchObject([
    { kind: 'stored', text: 'red', source: { kind: 'model' }, at: Date.parse(at) },
    { kind: 'corrected', text: 'green', replacedId: facts.findByText(CABIN, 'red')?.id },
    { kind: 'imported', text: 'red' },
    { kind: 'imported', text: 'green', source: importer },
  ]);
  const told = facts.findByText(CABIN, 'by hand');
  expect(told?.source).toMatchObject(importer);
  expect(told && facts.listChanges(told)).toMatchObject([{ kind: 'imported', source: importer }]);
});

test('nobody learns by a file which ids there are, and no secret comes in with history', async () => {
  const opened = open();
  const bobs = await opened.facts.add(BOB, fact('Bob sails.'));
  const line = FactLine.parse({
    id: bobs.id,
    text: 'mine, and hunter2',
    history: [{ kind: 'stored', text: 'hunter2', source, at: '2026-01-02T03:04:05.000Z' }],
  });
  await read(opened, JSON.stringify(line));
  const [mine] = [...opened.facts.listAll(CABIN)].flat();
  expect(mine?.fact.id).not.toBe(bobs.id);
  expect(JSON.stringify(mine)).not.toContain('hunter2');
  expect(opened.facts.find(BOB, bobs.id)?.text).toBe('Bob sails.');
});

test('a file that is written while facts change tells how they were at its beginning', async () => {
  const opened = open();
  const { facts } = opened;
  const old = await facts.add(GARY, fact('The NAS is called Mycroft.'));
  for (let place = 0; place < 60; place++) await facts.add(GARY, fact(`disk ${place}`));
  const pieces = exportFacts(facts, GARY);
  const first = pieces.next().value ?? '';
  await facts.correct(GARY, old.id, { newId: newId(), text: 'It is Adler.', source });
  await read(opened, [first, ...pieces].join(''));
  expect(listHeld(opened)).toHaveLength(61);
  expect(listHeld(opened)).toContain('The NAS is called Mycroft.');
});
