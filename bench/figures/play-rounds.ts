/** What both sides gave in one round. */
export interface Round<T> {
  readonly ours: T;
  readonly other: T;
}

export interface RoundsOptions {
  readonly rounds: number;
  /** Checked before each round. */
  readonly signal: AbortSignal;
  /** Told after each round. */
  readonly onRound: (done: number) => void;
}

/** Plays both sides in every round, by turns the one and the other first, after a warm-up that does not count. */
export async function playRounds<T>(
  sides: Round<() => Promise<T>>,
  { rounds, signal, onRound }: RoundsOptions,
): Promise<readonly Round<T>[]> {
  await sides.ours();
  await sides.other();
  const played: Round<T>[] = [];
  while (played.length < rounds) {
    signal.throwIfAborted();
    played.push(played.length % 2 === 0 ? await oursFirst(sides) : await otherFirst(sides));
    onRound(played.length);
  }
  return played;
}

async function oursFirst<T>(sides: Round<() => Promise<T>>): Promise<Round<T>> {
  const ours = await sides.ours();
  return { ours, other: await sides.other() };
}

async function otherFirst<T>(sides: Round<() => Promise<T>>): Promise<Round<T>> {
  const other = await sides.other();
  return { ours: await sides.ours(), other };
}

/** The same part of both sides of every round. */
export function pick<T, U>(
  rounds: readonly Round<T>[],
  part: (value: T) => U,
): readonly Round<U>[] {
  return rounds.map(({ ours, other }) => ({ ours: part(ours), other: part(other) }));
}
