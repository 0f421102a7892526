import { readSubject, searchMemory } from './memory.ts';
import { type MemoryHit, pickNamed, readHits } from './memory-hits.ts';
import {
  type Ask,
  call,
  type OfflineRule,
  pickProperty,
  quote,
  type RuleAnswer,
  say,
} from './rule.ts';

const TOOL = 'memory_correct';
const CORRECTION =
  /^(?:no|nope|wrong|actually)[,.!]? (?:it|that|he|she)(?:'s|’s| is) (?:called |named )?(\S.*?)(?: now)?[\s.!]*$/i;
const VERB = /\b(?:is|are)\b(?: (?:called|named)\b)?/i;

interface Correction {
  readonly value: string;
  readonly subject: string | undefined;
}

/** "no, it is Moriarty now": searches for what was talked about, then corrects the best hit. */
export const correction: OfflineRule = {
  tool: TOOL,
  example: 'no, it is Moriarty now',
  ability: 'correct what I remember',
  answer(ask) {
    const value = CORRECTION.exec(ask.text)?.[1];
    if (value === undefined) return undefined;
    const subject = ask.earlier.map(readSubject).find((found) => found !== undefined);
    return correct(ask, { value, subject });
  },
};

function correct(ask: Ask, { value, subject }: Correction): RuleAnswer {
  const answered = ask.rounds.at(-1)?.[0];
  if (answered === undefined) return searchMemory(ask, subject ?? value);
  if (answered.isError) return say(`I could not correct that: ${quote(answered.text)}`);
  if (answered.name === TOOL) return say(`Corrected: ${subject ?? 'it'} is now ${value}.`);
  const hits = readHits(answered);
  const hit = subject === undefined ? hits[0] : pickNamed(hits, subject);
  if (hit?.id === undefined) return say('I found nothing that this would correct.');
  const tool = ask.tools.get(TOOL);
  const id = pickProperty(tool, ['id', 'fact_id', 'memory_id']);
  const text = pickProperty(tool, ['text', 'content', 'correction', 'new_text']);
  return call({
    name: TOOL,
    input: { [id]: hit.id, [text]: toStatement(hit, { value, subject }) },
  });
}

/** The old statement with the new value: "the NAS is called Mycroft" becomes "the NAS is called Moriarty". */
function toStatement(hit: MemoryHit, { value, subject }: Correction): string {
  const verb = VERB.exec(hit.text);
  if (verb === null) return `${subject ?? hit.text} is ${value}`;
  return `${hit.text.slice(0, verb.index)}${verb[0]} ${value}`;
}
