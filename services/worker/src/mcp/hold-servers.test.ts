import { McpCall, McpLimits } from '@bakerst/contracts';
import { silentLogger } from '@bakerst/kit';
import { createFakeClock, type FakeClock, settle } from '@bakerst/kit/testing';
import { beforeEach, expect, test } from 'vitest';
import { createBreaker } from './cockatiel-breaker.ts';
import { holdServers } from './hold-servers.ts';
import { McpFault } from './mcp-fault.ts';
import type { McpConfig, McpHolder, McpReply, McpSession } from './ports.ts';
import type { EntryOptions } from './server-entries.ts';

const IDLE_MS = 60_000;
const REPLY: McpReply = { status: 'ok', text: 'baked', media: [], isError: false };
const CALL = McpCall.parse({
  org: 'home',
  user: 'gary',
  server: 'bakery',
  tool: 'bake',
  arguments: {},
  revision: 1,
  jobId: '0190a000-0000-7000-8000-000000000000',
  requestId: 'request-1',
  timeoutMs: 5_000,
});
const never = new AbortController().signal;

let clock: FakeClock;
let happened: string[];
let config: McpConfig | null;
let lost: AbortController;
let holderOfLease: string | undefined;
/** What the next calls do. */
let answers: ((signal: AbortSignal) => Promise<McpReply>)[];

beforeEach(() => {
  clock = createFakeClock();
  happened = [];
  config = {
    revision: 1,
    stateless: false,
    connection: { transport: 'stdio', command: 'bakery', args: [], env: {} },
  };
  lost = new AbortController();
  holderOfLease = undefined;
  answers = [];
});

function openHolder(options: Partial<EntryOptions> = {}): McpHolder {
  return holdServers(
    {
      readConfig: async () => config,
      async acquireLease() {
        const note = { holder: holderOfLease ?? '', host: 'oven', pid: 1 };
        if (holderOfLease !== undefined) return { won: false, note };
        happened.push('lease taken');
        const release = async () => void happened.push('lease given back');
        return { won: true, lock: { revision: 1, lost: lost.signal, release } };
      },
      connect: async ({ config: { revision } }) => openSession(revision),
      onToolsChanged: () => undefined,
      createBreaker: () => createBreaker(IDLE_MS),
      clock,
      log: silentLogger,
    },
    { idleMs: IDLE_MS, maxPrograms: 16, ...options },
  );
}

function openSession(revision: number): McpSession {
  happened.push(`opened ${revision}`);
  return {
    closed: never,
    call: (_call, signal) => answers.shift()?.(signal) ?? Promise.resolve(REPLY),
    listTools: async () => ({ tools: [], warnings: [] }),
    async [Symbol.asyncDispose]() {
      happened.push(`closed ${revision}`);
    },
  };
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}

/** A call that runs until it is told to end. */
function startCall(holder: McpHolder) {
  const { promise, resolve } = Promise.withResolvers<McpReply>();
  answers.push(() => promise);
  return { ended: holder.call(CALL, never), end: () => resolve(REPLY) };
}

test('a server that nobody calls is let go, and held again at the next call', async () => {
  const holder = openHolder();
  expect(await holder.call(CALL, never)).toEqual(REPLY);
  await clock.advance(IDLE_MS - 1);
  expect(await holder.call(CALL, never)).toEqual(REPLY);
  await clock.advance(IDLE_MS - 1);
  expect(happened).toEqual(['lease taken', 'opened 1']);
  await clock.advance(1);
  expect(happened.splice(0)).toEqual(['lease taken', 'opened 1', 'closed 1', 'lease given back']);
  expect(await holder.call(CALL, never)).toEqual(REPLY);
  expect(happened).toEqual(['lease taken', 'opened 1']);
});

test('a server is not let go under a running call', async () => {
  const holder = openHolder({ idleMs: 1_000 });
  const { ended, end } = startCall(holder);
  await clock.advance(4_000);
  expect(happened).toEqual(['lease taken', 'opened 1']);
  end();
  expect(await ended).toEqual(REPLY);
});

test('a call of a newer revision gets a connection of its own, under the same lease', async () => {
  const holder = openHolder();
  const { ended, end } = startCall(holder);
  await settle();
  if (config !== null) config = { ...config, revision: 2 };
  expect(await holder.call({ ...CALL, revision: 2 }, never)).toEqual(REPLY);
  expect(happened).toEqual(['lease taken', 'opened 1', 'opened 2']);
  end();
  await ended;
  await settle();
  expect(happened.at(-1)).toBe('closed 1');
});

test('a server that was removed ends with its running calls', async () => {
  const holder = openHolder();
  const { ended, end } = startCall(holder);
  await settle();
  config = null;
  holder.outdate(CALL);
  expect(await holder.call(CALL, never)).toMatchObject({ error: { code: 'MCP_SERVER_OFF' } });
  expect(happened).toEqual(['lease taken', 'opened 1']);
  end();
  await ended;
  await settle();
  expect(happened.slice(2)).toEqual(['closed 1', 'lease given back']);
});

test('a worker that has lost its hold ends the server under its calls', async () => {
  const holder = openHolder();
  const { ended, end } = startCall(holder);
  await settle();
  lost.abort();
  await settle();
  expect(happened.at(-1)).toBe('closed 1');
  end();
  await ended;
});

test('who holds a server that another worker has is said', async () => {
  holderOfLease = 'worker-2';
  const elsewhere = { status: 'elsewhere', workerId: 'worker-2' };
  expect(await openHolder().call(CALL, never)).toEqual(elsewhere);
  expect(await openHolder().discover({ ...CALL, requestId: 'request-2' })).toEqual(elsewhere);
});

test('a call that takes too long ends at the time that its caller waits', async () => {
  const holder = openHolder();
  answers.push(untilAborted);
  const ended = holder.call({ ...CALL, timeoutMs: 1_000 }, never);
  await settle();
  await clock.advance(1_000);
  expect(await ended).toEqual({
    status: 'unknown',
    error: { code: 'MCP_TIMEOUT', message: 'no answer within 1000 ms' },
  });
});

test.each([
  ['short of the time of a call do not count', McpLimits.callMs - 1, 'ok'],
  ['of the full time of a call open the breaker', McpLimits.callMs, 'failed'],
])('three timeouts %s', async (_what, timeoutMs, status) => {
  const holder = openHolder();
  for (let time = 0; time < 3; time++) {
    answers.push(untilAborted);
    const ended = holder.call({ ...CALL, timeoutMs }, never);
    await settle();
    await clock.advance(timeoutMs);
    expect(await ended).toMatchObject({ error: { code: 'MCP_TIMEOUT' } });
  }
  expect(await holder.call(CALL, never)).toMatchObject({ status });
});

test('a server that has forgotten the session is called once more in a new one', async () => {
  const holder = openHolder();
  const stale = { code: 'MCP_UNREACHABLE', status: 'unreached' } as const;
  const forget = () => Promise.reject(new McpFault(stale, 'status 404', { isStale: true }));
  answers.push(forget);
  expect(await holder.call(CALL, never)).toEqual(REPLY);
  answers.push(forget, forget);
  expect(await holder.call(CALL, never)).toMatchObject({
    status: 'failed',
    error: { code: 'MCP_PROTOCOL_ERROR' },
  });
});

test('at the end nothing is left', async () => {
  const holder = openHolder();
  await holder.call(CALL, never);
  await holder[Symbol.asyncDispose]();
  expect(happened.slice(2)).toEqual(['closed 1', 'lease given back']);
});

test('after the end no server is held again', async () => {
  const holder = openHolder();
  await holder[Symbol.asyncDispose]();
  expect(await holder.call(CALL, never)).toMatchObject({
    status: 'unreached',
    error: { code: 'MCP_WORKER_GONE' },
  });
  expect(happened).toEqual([]);
});
