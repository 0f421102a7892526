/**
 * Words that are in every other sentence of a language, folded: that one of them is in a fact says nothing about what the
 * fact is about. In another language the same letters may say a lot: "war", "hat", "bin".
 */
const ENGLISH = toSet(
  `a about above after again all also am an and any are aren as at be because been before being below between both but by
  can cannot could couldn did didn do does doesn doing don down during each either else ever every few for from further get
  gets got had hadn has hasn have haven having he hello her here hers herself hi him himself his how i if in into is isn it
  its itself just know let like ll many may me might mine more most much must my myself need no nor not now of off ok on once
  one only or other our ours ourselves out over own please put re really said same say shall she should shouldn so some
  something such take tell than thank thanks that the their theirs them themselves then there these they thing this those
  through to too up us use used ve very want was wasn way we well were weren what when where whether which while who whom
  whose why will with won would wouldn yes yet you your yours yourself yourselves`,
);
const GERMAN = toSet(
  `aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis bist bitte da dabei damit danach
  dann dar darauf das dass daß dein deine deinem deinen deiner dem den denn der deren des dessen dich die dies diese diesem diesen
  dieser dieses dir doch dort du durch ein eine einem einen einer eines er es etwas euch euer eure fur ganz gar gern gerne hab habe
  haben habt hast hat hatte hatten hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in ins ist ja jede jedem
  jeden jeder jedes jetzt kann kannst kein keine keinem keinen keiner konnen konnte mal man mein meine meinem meinen meiner mich mir
  mit mochte muss mussen nach nein nicht nichts noch nun nur ob oder ohne sag sage schon sehr sein seine seinem seinen seiner seit
  sich sie sind so soll sollen sollte sondern uber um und uns unser unsere unter viel vielleicht vom von vor wann war waren warum was
  weil weiß welche welchem welchen welcher welches wem wen wenn wer werden wie wieder wieviel wir wird wirst wo wollen worden wurde
  wurden zu zum zur zwischen`,
);
const LANGUAGES = [ENGLISH, GERMAN] as const;

function toSet(words: string): ReadonlySet<string> {
  return new Set(words.split(/\s+/));
}

/**
 * The words that say what a text is about, in the language that most of it is in; folded words go in. A single letter says
 * nothing, a single digit may.
 */
export function toContentWords(words: readonly string[]): readonly string[] {
  const [stopWords = ENGLISH] = LANGUAGES.toSorted(
    (one, other) => countIn(words, other) - countIn(words, one),
  );
  return words.filter((word) => !stopWords.has(word) && !/^[a-z]$/.test(word));
}

function countIn(words: readonly string[], set: ReadonlySet<string>): number {
  return words.filter((word) => set.has(word)).length;
}
