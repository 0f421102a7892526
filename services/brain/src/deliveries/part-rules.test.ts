import { expect, test } from 'vitest';
import { decidePart, type KnownPart, type PartReport } from './part-rules.ts';

const part = 0;

/** What is known after these reports, and what each was answered. */
function tell(reports: readonly PartReport[]) {
  let known: KnownPart | undefined;
  const tenures: string[] = [];
  const marks = reports.map((report) => {
    // Whoever comes again after somebody else begins anew.
    if (tenures.at(-1) !== report.holder) tenures.push(report.holder);
    known = decidePart(known, report, tenures.length);
    return known?.mayBeRepeat ?? false;
  });
  return { known, marks };
}

const sending = (holder: string): PartReport => ({ event: 'sending', holder, part });
const sent = (holder: string, message_id = '7'): PartReport => ({
  event: 'sent',
  holder,
  part,
  message_id,
});
const notSent = (holder: string): PartReport => ({ event: 'not_sent', holder, part });
const unknown = (holder: string): PartReport => ({ event: 'unknown', holder, part });

test('whoever asks again before it sends has not sent', () => {
  const { known, marks } = tell([sending('a'), sending('a'), sent('a'), sent('a')]);
  expect(marks).toEqual([false, false, false, false]);
  expect(known).toMatchObject({ state: 'sent', messageId: '7' });
});

test('of somebody else nobody knows whether they have sent', () => {
  const { marks } = tell([sending('a'), sending('b'), sending('b')]);
  expect(marks).toEqual([false, true, true]);
});

test('what may have arrived may be a repeat the next time, what was refused is none', () => {
  expect(tell([sending('a'), unknown('a'), sending('a')]).marks).toEqual([false, false, true]);
  expect(tell([sending('a'), notSent('a'), sending('a')]).marks).toEqual([false, false, false]);
});

test('an intent that came to nothing does not settle the one before it', () => {
  const { known, marks } = tell([sending('a'), sending('b'), notSent('b'), sending('b')]);
  expect(marks).toEqual([false, true, true, true]);
  expect(known?.state).toBe('sending');
});

test('whoever comes back after somebody else does not know either', () => {
  const { marks } = tell([sending('a'), sending('b'), sending('a')]);
  expect(marks).toEqual([false, true, true]);
  expect(tell([sending('a'), notSent('b'), sending('a')]).marks).toEqual([false, false, false]);
});

test('what was sent is not sent again', () => {
  for (const whose of ['a', 'b']) {
    const { known, marks } = tell([sending('a'), sent('a'), sending(whose)]);
    expect(known).toMatchObject({ state: 'sent', messageId: '7' });
    expect(marks).toEqual([false, false, false]);
  }
});

test('late words change nothing about what was sent', () => {
  const { known } = tell([sending('a'), sent('a'), notSent('a'), unknown('a')]);
  expect(known).toMatchObject({ state: 'sent', messageId: '7' });
});
