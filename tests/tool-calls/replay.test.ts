import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anyProgram, toCode } from './programs.ts';
import { type Attempted, openWorkshop, type Workshop } from './sqlite-workshop.ts';

const PROGRAMS = 60;
const TIMEOUT_MS = 120_000;

let workshop: Workshop;
beforeAll(async () => {
  workshop = await openWorkshop();
});
afterAll(async () => {
  await workshop[Symbol.asyncDispose]();
});

const anyFate = fc.record({ touches: fc.integer({ min: 1, max: 14 }), after: fc.boolean() });

test(
  'code whose workers die goes on as if nothing had happened, and calls nothing twice that must not be',
  async () => {
    const seen = { died: 0, interrupted: 0, completed: 0 };
    await fc.assert(
      fc.asyncProperty(anyProgram, fc.array(anyFate, { maxLength: 3 }), async (program, fates) => {
        await workshop.post(toCode(program));
        let last: Attempted = { status: 'died' };
        for (const fate of [...fates, undefined]) {
          last = await workshop.attempt(fate);
          if (last.status === 'died') seen.died++;
          else break;
        }
        const repeated = [...workshop.arrived.values()].filter(
          (tools) => tools.includes('never') && tools.length > 1,
        );
        expect(repeated).toEqual([]);
        if (last.status === 'refused' || last.status === 'returned') {
          expect(workshop.status()).toBe('interrupted');
          seen.interrupted++;
          return;
        }
        expect(last).toMatchObject({ status: 'completed' });
        await checkReplay(last);
        seen.completed++;
      }),
      { numRuns: PROGRAMS },
    );
    // Programs of every sort have been through it.
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
  },
  TIMEOUT_MS,
);

/** Once more with the whole journal: word for word the same, and nothing is called. */
async function checkReplay(last: Attempted): Promise<void> {
  const before = [...workshop.arrived.values()].flat().length;
  const again = await workshop.attempt(undefined);
  expect(readValue(again)).toEqual(readValue(last));
  expect([...workshop.arrived.values()].flat().length).toBe(before);
}

function readValue(attempted: Attempted): unknown {
  if (attempted.status !== 'completed') return attempted;
  const { result } = attempted;
  return typeof result === 'object' && result !== null && 'value' in result
    ? result['value']
    : result;
}
