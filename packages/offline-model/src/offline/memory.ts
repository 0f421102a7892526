import { pickNamed, readHits } from './memory-hits.ts';
import {
  type Ask,
  call,
  type OfflineRule,
  pickProperty,
  quote,
  type RuleAnswer,
  say,
} from './rule.ts';

const REMEMBER = /^(?:please )?remember(?: that|:) ?(\S[\s\S]*)$/i;
const KNOW = /^what do you (?:know|remember) about (.+?)[\s?.!]*$/i;
const CALLED = /^(?:what|who)(?:'s|’s| is| are) (?:my|our|the) (\S.*?) (?:called|named)[\s?.!]*$/i;
const NOTED = /^(?:my|our|the) (\S.*?) (?:is|are) /i;
const LISTED = 5;

const STORE = 'memory_store';
const SEARCH = 'memory_search';

export const remember: OfflineRule = {
  tool: STORE,
  example: 'remember that the NAS is called Mycroft',
  ability: 'remember things',
  answer(ask) {
    const fact = REMEMBER.exec(ask.text)?.[1];
    if (fact === undefined) return undefined;
    const answered = ask.rounds.at(-1)?.[0];
    if (answered?.isError) return say(`I could not remember that: ${quote(answered.text)}`);
    if (answered !== undefined) return say(`I will remember: ${quote(fact)}`);
    const name = pickProperty(ask.tools.get(STORE), ['content', 'text', 'fact']);
    return call({ name: STORE, input: { [name]: fact } });
  },
};

export const recallTopic: OfflineRule = {
  tool: SEARCH,
  example: 'what do you know about the NAS?',
  ability: 'look things up in my memory',
  answer(ask) {
    const topic = KNOW.exec(ask.text)?.[1];
    if (topic === undefined) return undefined;
    const answered = ask.rounds.at(-1)?.[0];
    if (answered === undefined) return searchMemory(ask, topic);
    if (answered.isError) return say(`I could not look that up: ${quote(answered.text)}`);
    const hits = readHits(answered).slice(0, LISTED);
    if (hits.length === 0) return say(`I know nothing about ${topic}.`);
    return say(`I know this about ${topic}:\n${hits.map((hit) => `- ${hit.text}`).join('\n')}`);
  },
};

export const recallName: OfflineRule = {
  tool: SEARCH,
  example: 'what is my NAS called?',
  ability: 'look things up in my memory',
  answer(ask) {
    const subject = CALLED.exec(ask.text)?.[1];
    if (subject === undefined) return undefined;
    const answered = ask.rounds.at(-1)?.[0];
    if (answered === undefined) return searchMemory(ask, subject);
    if (answered.isError) return say(`I could not look that up: ${quote(answered.text)}`);
    const hit = pickNamed(readHits(answered), subject);
    return say(
      hit === undefined
        ? `I do not know what your ${subject} is called.`
        : `I remember: ${hit.text}`,
    );
  },
};

/** What an earlier question or note was about, if it was of the kind that has a name. */
export function readSubject(text: string): string | undefined {
  return CALLED.exec(text)?.[1] ?? NOTED.exec(REMEMBER.exec(text)?.[1] ?? '')?.[1];
}

export function searchMemory(ask: Ask, query: string): RuleAnswer {
  const name = pickProperty(ask.tools.get(SEARCH), ['query', 'q', 'text']);
  return call({ name: SEARCH, input: { [name]: query } });
}
