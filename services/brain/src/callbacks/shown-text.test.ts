import { expect, test } from 'vitest';
import { createShownText } from './shown-text.ts';

test('the text grows, and what is taken back leaves it', () => {
  const shown = createShownText('', undefined);
  shown.add({ takeover: 1, n: 2 }, '\nRye ');
  shown.add({ takeover: 1, n: 4 }, 'takes ');
  shown.add({ takeover: 1, n: 5 }, 'longer');
  expect(shown.read()).toBe('Rye takes longer');
  shown.rewind({ takeover: 1, n: 4 });
  expect(shown.read()).toBe('Rye takes ');
  shown.add({ takeover: 1, n: 7 }, 'time');
  expect(shown.read()).toBe('Rye takes time');
  shown.rewind(undefined);
  expect(shown.read()).toBe('');
});

test('what earlier takeovers have stored is kept', () => {
  const shown = createShownText('Rye ', { takeover: 1, n: 9 });
  shown.add({ takeover: 2, n: 2 }, 'takes');
  shown.rewind({ takeover: 1, n: 9 });
  expect(shown.read()).toBe('Rye ');
});
