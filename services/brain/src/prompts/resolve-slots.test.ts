import { PromptSlot } from '@bakerst/contracts';
import { expect, test } from 'vitest';
import { resolveSlots } from './resolve-slots.ts';

const TIERS = ['user', 'persona', 'org', 'default'] as const;

// Every slot, with every set of tiers that say something for it.
const rows = PromptSlot.options.flatMap((slot) =>
  Array.from({ length: 15 }, (_, i) => ({
    slot,
    tiers: TIERS.filter((__, place) => ((i + 1) >> place) % 2 === 1),
  })),
);

test.each(rows)('$slot of $tiers is what the first of them says', ({ slot, tiers }) => {
  const said = Object.fromEntries(tiers.map((tier) => [tier, { [slot]: `${tier} says` }]));
  const resolved = resolveSlots(said, 'Baker')[slot];
  expect(resolved).toEqual({ text: `${tiers[0]} says`, origin: tiers[0] });
});

test('blanks are inherited through', () => {
  const tiers = { user: { closing: ' \n' }, persona: { closing: '' }, org: { closing: ' bye ' } };
  expect(resolveSlots(tiers, 'Baker').closing).toEqual({ text: 'bye', origin: 'org' });
});

test('the name of the assistant is filled in, and is all that is left without any text', () => {
  const tiers = { org: { closing: '{{AGENT_NAME}} and {{AGENT_NAME}}' } };
  expect(resolveSlots(tiers, 'Mrs. $& Hudson').closing.text).toBe(
    'Mrs. $& Hudson and Mrs. $& Hudson',
  );
  expect(resolveSlots({}, 'Baker').identity).toEqual({
    text: 'You are Baker.',
    origin: 'default',
  });
});
