import { toSectionName } from '@bakerst/contracts';
import { z } from 'zod';

/** So many braces too many are forgiven (BT-74). */
const MOST_BRACES = 3;
const MOST_SECTIONS = 50;

const Input = z.object({ sections: z.unknown() });
const Wanted = z.record(z.string(), z.string().nullable());

export interface WantedSections {
  /** Texts by the names of their sections; null takes one away. Names that none can have are left out. */
  readonly wanted: ReadonlyMap<string, string | null>;
  /** The sections came as a text that had to be read first. */
  readonly wasText: boolean;
}

/** What `update_memory` is to do; a text says what is wrong with the input. */
export function readWantedSections(input: unknown): WantedSections | string {
  const given = Input.safeParse(input).data?.sections;
  const sections = typeof given === 'string' ? parseText(given) : given;
  if (typeof sections !== 'object' || sections === null || Array.isArray(sections))
    return 'sections must be an object: texts by the names of their sections, null deletes one';
  const entries = Object.entries(sections);
  if (entries.length === 0 || entries.length > MOST_SECTIONS)
    return `sections must have 1 to ${MOST_SECTIONS} entries, not ${entries.length}`;
  const wanted = new Map<string, string | null>();
  for (const [name, value] of entries) {
    const text = Wanted.valueType.safeParse(value);
    if (!text.success)
      return `the section ${JSON.stringify(name.slice(0, 100))} must be a text or null`;
    const given = toSectionName(name);
    if (given !== undefined) wanted.set(given, text.data);
  }
  return { wanted, wasText: typeof given === 'string' };
}

/** Models write objects as texts now and then, with a brace too many at the end. */
function parseText(text: string): unknown {
  let left = text.trim();
  for (let tries = 0; tries <= MOST_BRACES; tries++) {
    try {
      return JSON.parse(left);
    } catch {
      // One brace less may be JSON.
      if (!left.endsWith('}')) return undefined;
      left = left.slice(0, -1).trim();
    }
  }
  return undefined;
}
