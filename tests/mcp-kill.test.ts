import { createClient } from '@bakerst/client';
import { byTurn, textReply, toolReply } from '@bakerst/offline-model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { discoverServers } from './support/discover-servers.ts';
import { type McpWorker, makeTool, openMcpWorker, tell } from './support/mcp-worker.ts';
import type { Service } from './support/service.ts';
import { SUPER_TOKEN, type System, startSystem } from './support/system.ts';

/** Two model calls with one call of a tool between them: 8 steps. */
const STEPS = 8;
/** Those that are stored together with another one. */
const MORE_STEPS = 1;
const NAMED = { server: 'files', tool: 'append-line' };

let system: System;
let doomed: Service;
/** The step of the next run after which it dies. */
let doomedAfter: number;
let worker: McpWorker;
beforeAll(async () => {
  system = await startSystem({
    workers: 0,
    script: byTurn([toolReply('call_tool', NAMED), textReply('It is written.')]),
  });
  worker = await openMcpWorker(system.nats.url, {
    discover: () => tell(makeTool('append-line')),
  });
  const root = createClient({ baseUrl: system.url, token: SUPER_TOKEN });
  await root.replaceMcpServers('home', [{ id: 'files', url: 'https://files.example.org/mcp' }]);
  await discoverServers(root);
  await system.brain.end('SIGTERM');
  await startDoomed(1);
});
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  await system[Symbol.asyncDispose]();
});

/** A brain that dies after so many steps of its next run, with `owed` steps of an earlier one before. */
async function startDoomed(step: number, owed = 0): Promise<void> {
  doomedAfter = step;
  doomed = await system.restartBrain([`--fault=die-after-step:${owed + step}`]);
}

test.each(Array.from({ length: STEPS }, (_, i) => i + 1))(
  'a tool is called once, though the brain is killed after step %i',
  async (step) => {
    const user = `killed-after-${step}`;
    const ask = () =>
      system.post(
        '/api/v1/chat',
        { message: 'write it down', user_id: user },
        { Authorization: `Bearer ${SUPER_TOKEN}`, 'Idempotency-Key': `ask-${user}` },
      );
    const before = worker.calls.length;
    if (doomedAfter !== step) {
      await system.brain.end('SIGKILL');
      await startDoomed(step);
    }
    await ask().catch(() => undefined);
    expect(await doomed.exited).toBeNull();
    const [row] = system.query(
      'SELECT COUNT(*) AS n FROM run_step JOIN run ON run.id = run_step.run_id WHERE run.user_id = ?',
      user,
    );
    const stored = Number(row?.['n']);
    expect(stored).toBeGreaterThanOrEqual(step);
    expect(stored).toBeLessThanOrEqual(step + MORE_STEPS);
    // It ends this run, and dies in the next one.
    await startDoomed(step + 1, STEPS - stored);
    expect(await (await ask()).json()).toMatchObject({
      status: 'completed',
      responses: ['It is written.'],
    });
    expect(worker.calls.length - before).toBe(1);
    expect(system.query('SELECT status, replay FROM job WHERE user_id = ?', user)).toEqual([
      { status: 'completed', replay: 'never' },
    ]);
  },
  90_000,
);
