import { SandboxLimits } from '@bakerst/contracts';
import { expect, test } from 'vitest';
import { failed, toValueOutcome } from './outcome.ts';

test('a result of exactly the limit passes, one byte more does not', () => {
  const atLimit = `"${'a'.repeat(SandboxLimits.resultBytes - 2)}"`;
  expect(toValueOutcome(atLimit)).toMatchObject({ ok: true });
  expect(toValueOutcome(`${atLimit} `)).toMatchObject({ ok: false, code: 'RESULT_TOO_LARGE' });
});

test('bytes count, not characters', () => {
  expect(toValueOutcome(`"${'é'.repeat(SandboxLimits.resultBytes / 2)}"`)).toMatchObject({
    code: 'RESULT_TOO_LARGE',
  });
});

test.each([
  [200, true],
  [201, false],
])('a result nested %i deep is ok: %s', (depth, ok) => {
  expect(toValueOutcome(`${'['.repeat(depth)}${']'.repeat(depth)}`)).toMatchObject({ ok });
});

test('brackets inside strings are no depth', () => {
  const value = ['\\"[[', { '{{{"': '[' }, '['.repeat(1_000)];
  expect(toValueOutcome(JSON.stringify(value))).toEqual({ ok: true, value });
});

test('a process that answers with something else than JSON has crashed', () => {
  expect(toValueOutcome('oops')).toMatchObject({ ok: false, code: 'CRASHED' });
});

test('a message that code has written can be carried, wherever it is cut', () => {
  const kept = 'x'.repeat(SandboxLimits.messageChars - 1);
  expect(failed('ERROR', `${kept}🍞`)).toMatchObject({ message: `${kept}\ufffd` });
  expect(failed('ERROR', 'a\0b\ud800')).toMatchObject({ message: 'a\ufffdb\ufffd' });
});

test('a message is cut to its limit', () => {
  expect(failed('ERROR', 'x'.repeat(1_000))).toMatchObject({
    message: 'x'.repeat(SandboxLimits.messageChars),
  });
});
