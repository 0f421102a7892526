/** How little the first places differ from the next ones; 60 is what reciprocal rank fusion was published with. */
const DAMPING = 60;

/** Several orders of the same things as one: what stands far up in any of them does in it, and more so in several. */
export function fuseRanks<T>(orders: readonly (readonly T[])[]): readonly T[] {
  const scores = new Map<T, number>();
  for (const order of orders)
    for (const [place, each] of order.entries())
      scores.set(each, (scores.get(each) ?? 0) + 1 / (DAMPING + 1 + place));
  return [...scores].sort(([, one], [, other]) => other - one).map(([each]) => each);
}
