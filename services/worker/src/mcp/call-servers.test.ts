import { type McpAnswer, McpCall } from '@bakerst/contracts';
import { createFakeClock, settle } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import { createHeldService, createMcpCaller } from './call-servers.ts';
import type { HeldElsewhere } from './ports.ts';

const CALL = McpCall.parse({
  org: 'home',
  user: 'gary',
  server: 'bakery',
  tool: 'bake',
  arguments: {},
  revision: 1,
  jobId: '0190a000-0000-7000-8000-000000000000',
  requestId: 'request-1',
  timeoutMs: 2_000,
});
const REPLY: McpAnswer = { status: 'ok', text: 'baked', media: [], isError: false };
const GONE: McpAnswer = {
  status: 'unreached',
  error: { code: 'MCP_WORKER_GONE', message: 'not there' },
};
const never = new AbortController().signal;

function elsewhere(workerId: string | undefined): HeldElsewhere {
  return { status: 'elsewhere', workerId };
}

/** The answers of this worker and of the others, one after the other; the last one stays. */
function openCaller(here: readonly (McpAnswer | HeldElsewhere)[], there: readonly McpAnswer[]) {
  const clock = createFakeClock();
  const passed: string[] = [];
  let looks = 0;
  const caller = createMcpCaller({
    clock,
    holder: {
      call: async () => here[Math.min(looks++, here.length - 1)] ?? elsewhere(undefined),
      discover: async () => elsewhere('worker-2'),
      outdate: () => undefined,
      drain: async () => undefined,
      [Symbol.asyncDispose]: async () => undefined,
    },
    peers: {
      async call({ timeoutMs }, _signal, { workerId }) {
        passed.push(`${workerId} ${timeoutMs}`);
        return there[Math.min(passed.length, there.length) - 1] ?? GONE;
      },
      discover: async (_ask, { workerId }) => ({
        status: 'ok',
        tools: [],
        warnings: [],
        serverName: workerId,
      }),
    },
  });
  return { caller, clock, passed };
}

test('a call of a server that another worker holds is passed on to it', async () => {
  const { caller, passed } = openCaller([elsewhere('worker-2')], [REPLY]);
  expect(await caller.call(CALL, never)).toEqual(REPLY);
  expect(passed).toEqual(['worker-2 2000']);
  expect(await caller.discover(CALL)).toMatchObject({ serverName: 'worker-2' });
});

test('when the holder is gone, its server is taken', async () => {
  const { caller, clock, passed } = openCaller([elsewhere('worker-2'), REPLY], [GONE]);
  const answer = caller.call(CALL, never);
  await settle();
  await clock.advance(500);
  expect(await answer).toEqual(REPLY);
  expect(passed).toEqual(['worker-2 2000']);
});

test('while its hold lasts it is asked again, with less time each time, until there is none left', async () => {
  const { caller, clock, passed } = openCaller([elsewhere('worker-2')], [GONE]);
  const answer = caller.call(CALL, never);
  await settle();
  await clock.advance(2_000);
  expect(await answer).toMatchObject({ status: 'unreached', error: { code: 'MCP_UNREACHABLE' } });
  expect(passed).toEqual(['worker-2 2000', 'worker-2 1500', 'worker-2 1000', 'worker-2 500']);
});

test('what the holder could not do is not tried again here', async () => {
  const unreached = { ...GONE, error: { code: 'MCP_UNREACHABLE', message: 'refused' } };
  const { caller } = openCaller([elsewhere('worker-2')], [unreached]);
  expect(await caller.call(CALL, never)).toEqual(unreached);
});

test('a call that was cancelled looks no further', async () => {
  const { caller } = openCaller([elsewhere(undefined)], []);
  const cancelled = new AbortController();
  const answer = caller.call(CALL, cancelled.signal);
  cancelled.abort();
  expect(await answer).toMatchObject({ status: 'unreached' });
});

test('a worker that is asked as the holder, and is not, passes nothing on', async () => {
  const held = createHeldService({
    call: async () => elsewhere('worker-3'),
    discover: async () => elsewhere('worker-3'),
  });
  expect(await held.call(CALL)).toMatchObject({
    status: 'unreached',
    error: { code: 'MCP_WORKER_GONE' },
  });
  expect(await held.discover(CALL)).toMatchObject({ error: { code: 'MCP_WORKER_GONE' } });
});
