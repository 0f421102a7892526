import { foldText } from '../conversations/find-words.ts';
import { toContentWords } from './stop-words.ts';

const NEGATIONS: ReadonlySet<string> = new Set(
  `no not never none nobody nothing neither nor without cannot cant dont doesnt didnt isnt arent wasnt werent wont wouldnt
   shouldnt couldnt hasnt havent stop stops stopped quit avoid avoids hate hates dislike dislikes refuse refuses except
   nicht kein keine keinen nie niemals ohne`.split(/\s+/),
);
/** A word and the same one behind one of these mean the opposite of each other. */
const OPPOSITES = ['dis', 'un', 'in', 'im', 'ir', 'non', 'de'] as const;
const NUMBERS: ReadonlySet<string> = new Set(
  `zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
   nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million half quarter third double once
   twice first second third`.split(/\s+/),
);

/**
 * Whether two texts that mean nearly the same may be taken for two ways to say one thing: numbers, negations and names
 * are what an embedder hardly sees, and what makes them different facts.
 */
export function saysTheSame(one: string, other: string): boolean {
  const [a, b] = [readMarks(one), readMarks(other)];
  return (
    isSame(a.numbers, b.numbers) &&
    isSame(a.names, b.names) &&
    a.isNegated === b.isNegated &&
    !isMarkedOtherwise(a, b) &&
    !isOpposite(a.words, b.words) &&
    !isOpposite(b.words, a.words)
  );
}

interface Marks {
  /** The words with their accents and other marks, which `words` are without. */
  readonly marked: ReadonlySet<string>;
  readonly words: ReadonlySet<string>;
  readonly numbers: readonly string[];
  readonly names: readonly string[];
  readonly isNegated: boolean;
}

function readMarks(text: string): Marks {
  const spelled = text.normalize('NFC').replaceAll(/(\p{L})['’](\p{L})/gu, '$1$2');
  const written = spelled.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  const words = written.map(foldText);
  const names = toContentWords(written.filter((word) => /^\p{Lu}/u.test(word)).map(foldText));
  return {
    marked: new Set(written.map((word) => word.toLowerCase())),
    words: new Set(words),
    // 10.5 and 105, 22:00 and 2200 are different numbers; in another order they may say something else.
    numbers: [
      ...(spelled.match(/\d+(?:[.,:/-]\d+)*/g) ?? []),
      ...words.filter((word) => NUMBERS.has(word)),
    ],
    names: [...new Set(names)],
    isNegated: words.filter((word) => NEGATIONS.has(word)).length % 2 === 1,
  };
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((each, place) => each === other[place]);
}

/** "Schon" and "schön" are two words. */
function isMarkedOtherwise(one: Marks, other: Marks): boolean {
  return [...one.marked].some((word) => !other.marked.has(word) && other.words.has(foldText(word)));
}

function isOpposite(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return [...one].some(
    (word) => !other.has(word) && OPPOSITES.some((prefix) => other.has(`${prefix}${word}`)),
  );
}
