import type { FactLine } from '@bakerst/contracts';

/** A line of a file with what the file says of it elsewhere. */
export interface PlannedLine {
  readonly line: FactLine;
  /** Its place in the file. */
  readonly number: number;
  /** By which other lines know it; of two with the same one only the first has it. */
  readonly id: string | undefined;
  /** By its id, the line that holds instead of it, perhaps itself; undefined when the file has none. */
  readonly heldBy: PlannedLine | undefined;
  /** Those whose place it has taken. */
  readonly replaced: readonly PlannedLine[];
}

interface Place {
  readonly line: FactLine;
  readonly number: number;
  readonly id: string | undefined;
  readonly replaced: Place[];
  heldBy: Place | undefined;
}

/**
 * Lines in groups of those that have replaced each other, what has replaced something before what it has replaced. So a
 * file that is read in part leaves out old facts, and never lets one hold.
 */
export function planImport(lines: readonly FactLine[]): readonly (readonly PlannedLine[])[] {
  const byId = new Map<string, Place>();
  const places = lines.map((line, number): Place => {
    const id = line.id !== undefined && byId.has(line.id) ? undefined : line.id;
    const place = { line, number, id, replaced: [], heldBy: undefined };
    if (id !== undefined) byId.set(id, place);
    return place;
  });
  const firsts: Place[] = [];
  for (const place of places) {
    const by = byId.get(place.line.superseded_by ?? '');
    if (by === undefined || by === place) firsts.push(place);
    else by.replaced.push(place);
  }
  const seen = new Set<Place>();
  // What is left are lines that have replaced each other in a circle: none of them holds.
  return [...firsts, ...places]
    .map((first) => collect(first, seen))
    .filter(({ length }) => length > 0);
}

/** A line and all that it has replaced, as far as they have not been seen yet. */
function collect(first: Place, seen: Set<Place>): readonly Place[] {
  const group: Place[] = [];
  const heldBy = first.line.superseded_by == null ? first : undefined;
  for (let next: readonly Place[] = [first]; next.length > 0; ) {
    const fresh = next.filter((place) => !seen.has(place));
    for (const place of fresh) {
      seen.add(place);
      place.heldBy = heldBy;
      group.push(place);
    }
    next = fresh.flatMap(({ replaced }) => replaced);
  }
  return group;
}
