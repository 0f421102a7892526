/** Words that are in every other sentence, folded: that one of them is in a fact says nothing about what the fact is about. */
const STOP_WORDS: ReadonlySet<string> = new Set(
  `a about above after again all also am an and any are aren as at be because been before being below between both but by
  can cannot could couldn did didn do does doesn doing don down during each either else ever every few for from further get
  gets got had hadn has hasn have haven having he hello her here hers herself hi him himself his how i if in into is isn it
  its itself just know let like ll many may me might mine more most much must my myself need no nor not now of off ok on once
  one only or other our ours ourselves out over own please put re really said same say shall she should shouldn so some
  something such take tell than thank thanks that the their theirs them themselves then there these they thing this those
  through to too up us use used ve very want was wasn way we well were weren what when where whether which while who whom
  whose why will with won would wouldn yes yet you your yours yourself yourselves`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

/** The words that say what a text is about; folded words go in. A single letter says nothing, a single digit may. */
export function toContentWords(words: readonly string[]): readonly string[] {
  return words.filter((word) => !STOP_WORDS.has(word) && !/^[a-z]$/.test(word));
}
