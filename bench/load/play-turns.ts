import type { Answer } from './answer-reader.ts';

/** Somebody to say words to. */
export interface Talk {
  say(words: string): Promise<Answer>;
}

export interface TurnLoad {
  readonly words: string;
  readonly count: number;
  /** How many are under way at a time; the next ones start when all of these have ended. */
  readonly atOnce: number;
}

/** Says the words `count` times; answers come back as they are, errors included. */
export async function playTurns(
  talk: Talk,
  { words, count, atOnce }: TurnLoad,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  while (answers.length < count) {
    const length = Math.min(atOnce, count - answers.length);
    answers.push(...(await Promise.all(Array.from({ length }, () => talk.say(words)))));
  }
  return answers;
}

/** The answers that are not what was asked for. */
export function listBroken(answers: readonly Answer[], deltas: number): readonly Answer[] {
  return answers.filter((answer) => !isWhole(answer, deltas));
}

/** Throws unless every answer is whole. */
export function requireWhole(answers: readonly Answer[], deltas: number): readonly Answer[] {
  const [broken] = listBroken(answers, deltas);
  if (broken === undefined) return answers;
  throw new Error(`an answer of ${deltas} deltas was expected: ${describeBroken(broken)}`);
}

export function describeBroken({ status, isComplete, deltas, refusal }: Answer): string {
  const end = isComplete ? 'complete' : `ended by ${JSON.stringify(refusal)}`;
  return `status ${status}, ${deltas} deltas, ${end}`;
}

function isWhole(answer: Answer, deltas: number): boolean {
  return answer.status === 200 && answer.isComplete && answer.deltas === deltas;
}
