import { expect, test } from 'vitest';
import { toWords } from '../../services/brain/src/conversations/find-words.ts';
import { toContentWords } from '../../services/brain/src/memory/stop-words.ts';
import { openDatabase } from '../../services/brain/src/storage/open-database.ts';
import { readCorpus } from './read-corpus.ts';
import { createSynonymEmbedder } from './synonym-embedder.ts';

const { facts, questions, synonyms } = readCorpus();

/** Places of the facts that hold the word, by the same stems that the search goes by. */
function openIndex(): (word: string) => readonly unknown[] {
  const db = openDatabase(':memory:');
  db.exec(
    `CREATE VIRTUAL TABLE word USING fts5 (text, tokenize = 'porter unicode61 remove_diacritics 2')`,
  );
  const add = db.prepare('INSERT INTO word (rowid, text) VALUES (?, ?)');
  for (const [place, { text }] of facts.entries()) add.run(place, text);
  const find = db.prepare('SELECT rowid FROM word WHERE word MATCH ?').pluck();
  return (word) => find.all(`"${word}"`);
}

test('200 facts and more, and a question of every kind for 100 of them', () => {
  expect(facts.length).toBeGreaterThanOrEqual(200);
  expect(new Set(facts.map(({ text }) => text)).size).toBe(facts.length);
  expect(new Set(questions.map(({ question }) => question)).size).toBe(questions.length);
  const ofGroup = (wanted: string) => questions.filter(({ group }) => group === wanted);
  expect(ofGroup('words')).toHaveLength(60);
  expect(ofGroup('paraphrase')).toHaveLength(40);
});

test('a correction stands behind what it corrects, and nobody asks for what was corrected', () => {
  const known = new Set<string>();
  for (const { id, corrects } of facts) {
    if (corrects !== undefined) expect(known).toContain(corrects);
    known.add(id);
  }
  const corrected = new Set(facts.map(({ corrects }) => corrects));
  for (const { fact } of questions) {
    expect(known).toContain(fact);
    expect(corrected).not.toContain(fact);
  }
});

test('60 questions share a content word with their fact, and 40 do not', () => {
  const find = openIndex();
  const wrong = questions.filter(({ question, fact, group }) => {
    const place = facts.findIndex(({ id }) => id === fact);
    const shared = toContentWords(toWords(question)).filter((word) => find(word).includes(place));
    return shared.length > 0 !== (group === 'words');
  });
  expect(wrong).toEqual([]);
});

test('by the table alone, words that mean the same are near to each other', () => {
  const embed = createSynonymEmbedder(synonyms);
  const cosine = (one: string, other: string): number =>
    embed(one).reduce((sum, value, at) => sum + value * (embed(other)[at] ?? 0), 0);
  expect(cosine('our movies', 'the films')).toBeCloseTo(1, 5);
  expect(cosine('our movies', 'the garbage')).toBeLessThan(0.3);
});
