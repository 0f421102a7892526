import { type ScriptFunction, type ScriptReply, textReply } from '@bakerst/offline-model';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { until } from './sight.ts';

/** Words of a story: each says which it is, and how many times the story has been begun. */
const WORDS = 900;
const PARAGRAPH = 15;
const ENOUGH_SAMPLES = 4;

/** How fast a story is told; what is 0 is told to its end at once. */
interface Teller {
  deltaMs: number;
  readonly firstByteMs: number;
}

export interface Storyteller {
  readonly replies: ScriptFunction;
  /** From now on stories are told slowly, so long a word: they would take longer than any test. */
  begin(deltaMs: number): void;
  /** What is being told is told to its end. */
  finish(): void;
}

/** A model that looks something up and then tells a story; anything else is answered at once. */
export function createStoryteller(look: ScriptReply): Storyteller {
  const pace: Teller = { firstByteMs: 0, deltaMs: 0 };
  let tellings = 0;
  const tell = (): readonly string[] => {
    tellings += 1;
    return write(tellings);
  };
  return {
    replies({ messages }) {
      const last = messages.at(-1);
      if (last?.blocks.some((block) => block.type === 'tool_result') === true)
        return { kind: 'message', blocks: [{ type: 'text', text: tell() }], pace };
      const said = JSON.stringify(last?.blocks.at(-1));
      return said.includes('story') ? look : textReply(`Heard: ${said.length}`);
    },
    begin: (deltaMs) => {
      pace.deltaMs = deltaMs;
    },
    finish: () => {
      pace.deltaMs = 0;
    },
  };
}

function write(telling: number): readonly string[] {
  return Array.from({ length: WORDS }, (_, i) =>
    i % PARAGRAPH === PARAGRAPH - 1 ? `w${i}t${telling}\n\n` : `w${i}t${telling} `,
  );
}

interface Sample {
  /** Numbers of the words of the story that are shown, in their order. */
  readonly words: readonly number[];
  /** Of which tellings they are. */
  readonly tellings: readonly number[];
  readonly cards: number;
}

const SAMPLE = `(() => {
  const log = document.querySelector('[role=log][aria-label=Conversation]');
  const said = [...(log?.textContent ?? '').matchAll(/w(\\d+)t(\\d+)/g)];
  return {
    words: said.map((word) => Number(word[1])),
    tellings: [...new Set(said.map((word) => Number(word[2])))],
    cards: log?.querySelectorAll('[aria-label^="Tool:"]').length ?? 0,
  };
})()`;

/** Looks at the page ten times a second, from now on. */
export async function beginSampling(page: Page): Promise<void> {
  await page.evaluate(`
    globalThis.samples = [];
    setInterval(() => globalThis.samples.push(${SAMPLE}), 100);
  `);
}

export async function look(page: Page): Promise<Sample> {
  return await page.evaluate<Sample>(SAMPLE);
}

/** Waits until so many words of the story are shown. */
export async function untilTold(page: Page, count: number): Promise<void> {
  await until(async () => (await look(page)).words.length >= count);
}

/** Waits until the story that is shown is not the one that was begun before. */
export async function untilToldAnew(page: Page, before: readonly number[]): Promise<void> {
  await until(async () => (await look(page)).tellings.some((telling) => !before.includes(telling)));
}

export async function untilWholeStory(page: Page): Promise<void> {
  await untilTold(page, WORDS);
}

/** Waits until the page was looked at often enough to say that it grew. */
export async function untilSampled(page: Page): Promise<void> {
  await until(
    async () => (await page.evaluate<number>('globalThis.samples.length')) >= ENOUGH_SAMPLES,
  );
}

interface Allowed {
  /** How often the unfinished reply may have been taken back. */
  readonly rewinds: number;
}

/** At every look the story was told without a gap and without a word twice; it only grew, and no card has ever gone. */
export async function expectToHaveGrown(page: Page, { rewinds }: Allowed): Promise<void> {
  const samples = await page.evaluate<Sample[]>('globalThis.samples');
  expect(samples.length).toBeGreaterThanOrEqual(ENOUGH_SAMPLES);
  let [shown, cards, taken] = [0, 0, 0];
  for (const sample of samples) {
    expect(sample.words).toEqual(sample.words.map((_, i) => i));
    expect(sample.tellings.length).toBeLessThanOrEqual(1);
    expect(sample.cards).toBeGreaterThanOrEqual(cards);
    if (sample.words.length < shown) taken += 1;
    shown = sample.words.length;
    cards = sample.cards;
  }
  expect(taken).toBeLessThanOrEqual(rewinds);
}
