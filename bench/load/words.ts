/** What deltas are part of. */
export type Shape = 'prose' | 'list' | 'table';

/** What the bench says to the model, which answers accordingly. */
export const Words = {
  /** Asks for so many deltas, so many ms apart; 0: all at once. */
  say: (deltas: number, deltaMs: number, shape: Shape = 'prose'): string =>
    `say ${deltas} ${deltaMs}${shape === 'prose' ? '' : ` ${shape}`}`,
  /** Asks for one execution of `TRIVIAL_CODE`, then for one word. */
  runCode: 'run code',
} as const;

export const TRIVIAL_CODE = '17 * 23';

export interface SayOrder {
  readonly deltas: number;
  readonly deltaMs: number;
  readonly shape: Shape;
}

/** Undefined when the words are no order to say something. */
export function parseSay(words: string): SayOrder | undefined {
  const [, deltas, deltaMs, shape = 'prose'] = /^say (\d+) (\d+)(?: (\w+))?$/.exec(words) ?? [];
  if (deltas === undefined || !isShape(shape)) return undefined;
  return { deltas: Number(deltas), deltaMs: Number(deltaMs), shape };
}

function isShape(words: string): words is Shape {
  return words === 'prose' || words === 'list' || words === 'table';
}
