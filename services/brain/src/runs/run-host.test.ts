import { NO_USAGE } from '@bakerst/contracts';
import { expect, test } from 'vitest';
import type { RunStep } from './run-step.ts';
import { openHost } from './sqlite-host-testing.ts';
import { gary, ORDER } from './sqlite-runs-testing.ts';

const HASH = '0'.repeat(64);
/** A call that is on, as another brain has left it. */
const CALLED: readonly RunStep[] = [
  {
    type: 'turn_started',
    turn: 1,
    model: 'big',
    maxTokens: 100,
    system: { stable: HASH, changing: HASH },
    tools: HASH,
    history: { fromSeq: 1, toSeq: 1 },
    factIds: [],
  },
  {
    type: 'model_replied',
    turn: 1,
    model: 'big',
    reply: {
      content: [{ type: 'tool_use', id: 'call-1', name: 'order', input: {} }],
      stopReason: 'tool_use',
      usage: NO_USAGE,
    },
  },
  { type: 'tool_called', turn: 1, index: 0, name: 'order' },
];

test('a halt that comes while what is remembered is looked for ends the run before the model is asked', async () => {
  const recalled = Promise.withResolvers<[]>();
  let asked = 0;
  const reply = () => {
    asked += 1;
    return Promise.reject(new Error('nobody is to be asked'));
  };
  const { runs, host, ends, told } = openHost({ recallFor: () => recalled.promise, reply });
  host.wake();
  await expect.poll(() => runs.store.find(gary, ORDER)?.takeover).toBe(2);
  await runs.store.requestHalt(gary, ORDER);
  host.halt(ORDER);
  recalled.resolve([]);
  await expect.poll(() => ends.get(ORDER)).toBe('halted');
  expect(asked).toBe(0);
  expect(told).toEqual([ORDER]);
});

test('a halt that nobody has told is found, and told to the workers, a second later', async () => {
  const { runs, host, ends, registry, told } = openHost({
    reply: (signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  });
  using _watch = host.watch();
  await expect.poll(() => registry.find(ORDER)?.isAsking).toBe(true);
  await runs.store.requestHalt(gary, ORDER);
  await runs.clock.advance(999);
  expect(told).toEqual([]);
  await runs.clock.advance(1);
  await expect.poll(() => ends.get(ORDER)).toBe('halted');
  await runs.clock.advance(5_000);
  expect(told).toEqual([ORDER]);
});

test('a halted run that is taken over closes the calls that were left open', async () => {
  const { runs, host, ends, events } = openHost();
  for (const step of CALLED) await runs.append(step);
  await runs.store.requestHalt(gary, ORDER);
  host.wake();
  await expect.poll(() => ends.get(ORDER)).toBe('halted');
  expect(events.map(({ type }) => type)).toEqual(['rewind', 'tool_result', 'progress', 'complete']);
});

test('what a halt has closed before a takeover is not closed again, and what was said stays', async () => {
  const { runs, host, ends, events } = openHost();
  for (const step of [...CALLED, { type: 'halted', text: 'I will' } as const])
    await runs.append(step);
  await runs.store.requestHalt(gary, ORDER);
  host.wake();
  await expect.poll(() => ends.get(ORDER)).toBe('halted');
  expect(events.map(({ type }) => type)).toEqual(['rewind', 'progress', 'complete']);
  expect(runs.store.find(gary, ORDER)?.responses).toEqual(['I will', 'Stopped.']);
});
