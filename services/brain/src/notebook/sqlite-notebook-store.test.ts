import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OrgId, RunId, UserId } from '@bakerst/contracts';
import { randomId, silentLogger, systemClock } from '@bakerst/kit';
import { expect, test } from 'vitest';
import { createSqliteFence } from '../runs/sqlite-fence.ts';
import { createGroupCommit } from '../storage/group-commit.ts';
import { migrate } from '../storage/migrate.ts';
import { openDatabase } from '../storage/open-database.ts';
import { sizeOf } from './document.ts';
import { writeSections } from './notebook-rules.ts';
import { createSqliteNotebookStore } from './sqlite-notebook-store.ts';

const GARY = { org: OrgId.parse('home'), user: UserId.parse('gary') };
const EVE = { org: OrgId.parse('home'), user: UserId.parse('eve') };

function openOn(path: string) {
  const db = openDatabase(path);
  migrate(db, { log: silentLogger });
  db.exec("INSERT OR IGNORE INTO org (id, created_at) VALUES ('home', 0)");
  const clock = systemClock;
  const writer = createGroupCommit(db, { clock, log: silentLogger });
  const secrets = { redact: (text: string) => text.replaceAll('hunter2', '[REDACTED]') };
  return { db, notebook: createSqliteNotebookStore({ db, writer, clock, secrets }) };
}

function open() {
  const path = join(mkdtempSync(join(tmpdir(), 'bakerst-notebook-')), 'bakerst.db');
  return { path, ...openOn(path) };
}

function set(name: string, text: string) {
  return (present: Parameters<typeof writeSections>[0]) =>
    writeSections(present, new Map([[name, text]]), systemClock.now());
}

test('what two brains write at the same moment is all there', async () => {
  const { path, notebook } = open();
  const other = openOn(path).notebook;
  const names = Array.from({ length: 60 }, (_, i) => `section ${i}`);
  await Promise.all(
    names.map((name, i) => (i % 2 === 0 ? notebook : other).change(GARY, set(name, 'text'))),
  );
  expect(new Set(other.read(GARY).map(({ name }) => name))).toEqual(new Set(names));
  expect(notebook.read(EVE)).toEqual([]);
});

test('two brains that fill it together stay within its room', async () => {
  const { path, notebook } = open();
  const other = openOn(path).notebook;
  const text = 'x'.repeat(50_000);
  const done = await Promise.allSettled(
    ['a', 'b', 'c', 'd'].map((name, i) =>
      (i % 2 === 0 ? notebook : other).change(GARY, set(name, text)),
    ),
  );
  expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  expect(sizeOf(notebook.read(GARY))).toBeLessThan(131_072);
});

test('a run that was taken over writes nothing, and no secret is written', async () => {
  const { db, notebook } = open();
  createSqliteFence(db).raise('lock', { incarnation: 1, revision: 5 });
  const token = { incarnation: 1, revision: 4 };
  const fence = { runId: RunId.parse(randomId()), lockKey: 'lock', token };
  await expect(
    notebook.change(GARY, set('Tea', 'green'), { fence, once: 'run.1.0' }),
  ).rejects.toMatchObject({
    reason: 'FENCED',
  });
  expect(notebook.read(GARY)).toEqual([]);
  await notebook.change(GARY, set('Tea', 'hunter2'));
  expect(notebook.read(GARY)).toMatchObject([{ content: '[REDACTED]' }]);
});

test('a call of a run that is made again leaves what was written since', async () => {
  const { db, notebook } = open();
  createSqliteFence(db).raise('lock', { incarnation: 1, revision: 4 });
  const token = { incarnation: 1, revision: 4 };
  const fence = { runId: RunId.parse(randomId()), lockKey: 'lock', token };
  const by = { fence, once: `${fence.runId}.1.0` };
  await notebook.change(GARY, set('Tea', 'green'), by);
  await notebook.change(GARY, set('Tea', 'black'));
  expect(await notebook.change(GARY, set('Tea', 'green'), by)).toMatchObject([
    { content: 'black' },
  ]);
  await notebook.change(GARY, set('Tea', 'red'), { fence, once: `${fence.runId}.1.1` });
  expect(notebook.read(GARY)).toMatchObject([{ content: 'red' }]);
});

test('pinned sections come first', async () => {
  const { notebook } = open();
  await notebook.change(GARY, set('One', '1'));
  await notebook.change(GARY, set('Two', '2'));
  const sections = await notebook.change(GARY, (present) => ({
    put: present.filter(({ name }) => name === 'Two').map((two) => ({ ...two, isPinned: true })),
    remove: [],
  }));
  expect(sections.map(({ name }) => name)).toEqual(['Two', 'One']);
});
