/**
 * True for a value with lists and objects in each other to more than so many levels. Looks no deeper than that: whatever
 * takes such a value apart level by level (a schema, JSON.stringify) ends in a stack overflow at some 2,000.
 */
export function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(levels - 1, inner));
}
