/** What the bench says to the model, which answers accordingly. */
export const Words = {
  /** Asks for so many deltas, so many ms apart; 0: all at once. */
  say: (deltas: number, deltaMs: number): string => `say ${deltas} ${deltaMs}`,
  /** Asks for one execution of `TRIVIAL_CODE`, then for one word. */
  runCode: 'run code',
} as const;

export const TRIVIAL_CODE = '17 * 23';

export interface SayOrder {
  readonly deltas: number;
  readonly deltaMs: number;
}

/** Undefined when the words are no order to say something. */
export function parseSay(words: string): SayOrder | undefined {
  const [, deltas, deltaMs] = /^say (\d+) (\d+)$/.exec(words) ?? [];
  return deltas === undefined ? undefined : { deltas: Number(deltas), deltaMs: Number(deltaMs) };
}
