import { byTurn, textReply, toolReply } from '@bakerst/offline-model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Service } from './support/service.ts';
import { SUPER_TOKEN, type System, startSystem } from './support/system.ts';

/** Four model calls with three tool calls between them: 16 steps. */
const SCRIPT = byTurn([
  toolReply('execute_code', { code: 'return 6 * 7' }),
  toolReply('execute_code', { code: 'console.log("half way"); return "two"' }),
  toolReply('execute_code', { code: 'throw new Error("third time unlucky")' }),
  textReply('The answer is 42.'),
]);
const STEPS = 16;
/** Those that are stored together with another one. */
const MORE_STEPS = 1;

let system: System;
let doomed: Service;
/** The step of the next run after which it dies. */
let doomedAfter: number;
let undisturbed: readonly string[];

beforeAll(async () => {
  system = await startSystem({ script: SCRIPT });
  await askAs('undisturbed');
  undisturbed = requestsSince(0);
  await system.brain.end('SIGTERM');
  await startDoomed(1);
});
afterAll(() => system[Symbol.asyncDispose]());

/** A brain that dies after so many steps of its next run, with `owed` steps of an earlier one before. */
async function startDoomed(step: number, owed = 0): Promise<void> {
  doomedAfter = step;
  doomed = await system.restartBrain([`--fault=die-after-step:${owed + step}`]);
}

async function askAs(user: string): Promise<Response> {
  return await system.post(
    '/api/v1/chat',
    { message: 'How many roads must a man walk down?', user_id: user },
    { Authorization: `Bearer ${SUPER_TOKEN}`, 'Idempotency-Key': `ask-${user}` },
  );
}

function requestsSince(count: number): readonly string[] {
  return system.model.requests.slice(count).map(({ rawBody }) => rawBody);
}

function stepsOf(user: string): readonly unknown[] {
  return system
    .query(
      `SELECT run_step.type FROM run_step JOIN run ON run.id = run_step.run_id
       WHERE run.user_id = ? ORDER BY run_step.seq`,
      user,
    )
    .map(({ type }) => type);
}

test('an undisturbed run asks four times and takes sixteen steps', () => {
  expect(undisturbed).toHaveLength(4);
  expect(stepsOf('undisturbed')).toHaveLength(STEPS);
});

test.each(Array.from({ length: STEPS }, (_, i) => i + 1))(
  'killed after step %i the run goes on without doing anything twice',
  async (step) => {
    const user = `killed-after-${step}`;
    const before = system.model.requests.length;
    if (doomedAfter !== step) {
      await system.brain.end('SIGKILL');
      await startDoomed(step);
    }
    // The connection breaks with the brain; what was accepted is asked for again by its key.
    await askAs(user).catch(() => undefined);
    expect(await doomed.exited).toBeNull();
    const stored = stepsOf(user).length;
    expect(stored).toBeGreaterThanOrEqual(step);
    expect(stored).toBeLessThanOrEqual(step + MORE_STEPS);
    // It ends this run, and dies in the next one.
    await startDoomed(step + 1, STEPS - stored);
    const answer = await askAs(user);
    expect(await answer.json()).toMatchObject({
      status: 'completed',
      responses: ['The answer is 42.'],
    });
    expect(stepsOf(user)).toEqual(stepsOf('undisturbed'));
    // Byte for byte what an undisturbed run asks, and no finished reply a second time.
    expect(requestsSince(before)).toEqual(undisturbed);
    const jobs = system.query('SELECT status, attempt FROM job WHERE user_id = ?', user);
    expect(jobs).toEqual([
      { status: 'completed', attempt: 1 },
      { status: 'completed', attempt: 1 },
      { status: 'failed', attempt: 1 },
    ]);
  },
  90_000,
);

test('no worker has executed a job twice', () => {
  const executed = system.workers
    .flatMap(({ lines }) => lines)
    .filter((line) => line.includes('"job finished"'));
  expect(executed).toHaveLength(system.query('SELECT 1 FROM job').length);
});
