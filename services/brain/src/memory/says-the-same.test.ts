import { expect, test } from 'vitest';
import { saysTheSame } from './says-the-same.ts';

test.each([
  ['The NAS is called Mycroft.', 'My NAS is called Mycroft'],
  ['Gary takes coffee without sugar', 'Gary drinks his coffee without any sugar'],
  ['Bruno, the dog, eats twice a day', 'The dog Bruno eats twice a day'],
])('%j and %j may be one fact', (one, other) => {
  expect(saysTheSame(one, other)).toBe(true);
});

test.each([
  ['a number', 'The alarm is at 7', 'The alarm is at 8'],
  ['the time', 'Silent from 22:00', 'Silent from 2200'],
  ['a number in letters', 'The tank holds four litres', 'The tank holds five litres'],
  ['how often', 'Bruno eats once a day', 'Bruno eats twice a day'],
  ['a negation', 'Gary eats fish', 'Gary does not eat fish'],
  ['a negation cut short', "Gary can't swim", 'Gary can swim'],
  ['a word that denies', 'Gary likes cilantro', 'Gary dislikes cilantro'],
  ['the beginning of a word', 'The door is locked', 'The door is unlocked'],
  ['a name', 'The NAS is called Mycroft', 'The NAS is called Moriarty'],
  [
    'who is who',
    'The bike of Anna is older than that of Bob',
    'The bike of Bob is older than that of Anna',
  ],
  ['what is how many', 'The switch has 8 ports and 2 lamps', 'The switch has 2 ports and 8 lamps'],
  ['a mark', 'Die Lampe ist schon hell', 'Die Lampe ist schön hell'],
  ['a sign of a vowel', 'यह किताब नई है', 'यह कताब नई है'],
  ['a name at the beginning', 'Marta likes tea', 'Gary likes tea'],
])('%s makes two facts', (_, one, other) => {
  expect(saysTheSame(one, other)).toBe(false);
  expect(saysTheSame(other, one)).toBe(false);
});
