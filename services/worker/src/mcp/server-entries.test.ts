import { McpServerKey } from '@bakerst/contracts';
import { silentLogger } from '@bakerst/kit';
import { createFakeClock, type FakeClock, settle } from '@bakerst/kit/testing';
import { beforeEach, expect, test } from 'vitest';
import type { McpSession } from './ports.ts';
import {
  createServerEntries,
  type EntryOptions,
  type Purpose,
  type ServerEntries,
} from './server-entries.ts';

const IDLE_MS = 60_000;
const never = new AbortController().signal;

let clock: FakeClock;
let happened: string[];

beforeEach(() => {
  clock = createFakeClock();
  happened = [];
});

function openEntries(options: Partial<EntryOptions> = {}): ServerEntries {
  return createServerEntries(
    {
      readConfig: async () => ({
        revision: 1,
        stateless: false,
        connection: { transport: 'stdio', command: 'bakery', args: [], env: {} },
      }),
      async acquireLease({ server }) {
        const release = async () => void happened.push(`${server} given back`);
        return { won: true, lock: { revision: 1, lost: never, release } };
      },
      connect: async ({ server: { server } }) => openSession(server),
      onToolsChanged: () => undefined,
      createBreaker: () => (work) => work(),
      clock,
      log: silentLogger,
    },
    { idleMs: IDLE_MS, maxPrograms: 16, ...options },
  );
}

function openSession(server: string): McpSession {
  happened.push(`${server} opened`);
  return {
    closed: never,
    call: async () => ({ status: 'ok', text: 'baked', media: [], isError: false }),
    listTools: async () => ({ tools: [], warnings: [] }),
    async [Symbol.asyncDispose]() {
      happened.push(`${server} closed`);
    },
  };
}

/** Uses a server until `work` has ended. */
function use(entries: ServerEntries, server: string, more: Partial<Use> = {}): Promise<void> {
  const { purpose = 'call', work = async () => undefined } = more;
  const key = McpServerKey.parse({ org: 'home', server });
  return entries.use(key, purpose, ({ slot }) => slot.use({ revision: 1, signal: never, work }));
}

interface Use {
  readonly purpose: Purpose;
  readonly work: () => Promise<void>;
}

/** A call that runs until it is told to end. */
function startCall(entries: ServerEntries, server: string) {
  const { promise, resolve: end } = Promise.withResolvers<void>();
  return { ended: use(entries, server, { work: () => promise }), end };
}

test('a worker that drains lets go of idle servers at once, and of a used one after its last call', async () => {
  const entries = openEntries();
  await use(entries, 'mill');
  const { ended, end } = startCall(entries, 'oven');
  await settle();
  happened.splice(0);
  const drained = entries.drain(never);
  await settle();
  expect(happened.splice(0)).toEqual(['mill closed', 'mill given back']);
  await use(entries, 'oven');
  expect(happened).toEqual([]);
  end();
  await Promise.all([ended, drained]);
  await settle();
  expect(happened).toEqual(['oven closed', 'oven given back']);
});

test('a worker that drains waits for the last call until it has no more time', async () => {
  const entries = openEntries();
  await use(entries, 'mill', { purpose: 'look' });
  const { ended, end } = startCall(entries, 'oven');
  const late = new AbortController();
  const drained = entries.drain(late.signal).then(() => happened.push('drained'));
  await settle();
  expect(happened).not.toContain('drained');
  late.abort();
  await drained;
  end();
  await ended;
});

test('the end waits for what was let go before it', async () => {
  const entries = openEntries();
  await use(entries, 'oven');
  await entries.drain(never);
  await entries[Symbol.asyncDispose]();
  expect(happened).toEqual(['oven opened', 'oven closed', 'oven given back']);
});

test('a server whose tools were looked at only is let go at once', async () => {
  await use(openEntries(), 'oven', { purpose: 'look' });
  await settle();
  expect(happened).toEqual(['oven opened', 'oven closed', 'oven given back']);
});

test('a look at its tools keeps a called server no longer', async () => {
  const entries = openEntries();
  await use(entries, 'oven');
  await clock.advance(IDLE_MS - 1);
  await use(entries, 'oven', { purpose: 'look' });
  expect(happened).toEqual(['oven opened']);
  await clock.advance(1);
  expect(happened.slice(1)).toEqual(['oven closed', 'oven given back']);
});

test('for one program more than may run, the one that was called the longest time ago goes', async () => {
  const entries = openEntries({ maxPrograms: 2 });
  for (const server of ['oven', 'mill', 'oven']) {
    await use(entries, server);
    await clock.advance(1);
  }
  await use(entries, 'mixer');
  expect(happened.filter((each) => !each.endsWith('given back'))).toEqual([
    'oven opened',
    'mill opened',
    'mill closed',
    'mixer opened',
  ]);
});

test('while all programs are used another one has to wait, and is told so after a while', async () => {
  const entries = openEntries({ maxPrograms: 1 });
  const { ended, end } = startCall(entries, 'oven');
  await settle();
  const refused = expect(use(entries, 'mill')).rejects.toMatchObject({ code: 'MCP_BUSY' });
  await settle();
  await clock.advance(5_000);
  await refused;
  const waits = use(entries, 'mill');
  await settle();
  end();
  await Promise.all([ended, waits]);
  expect(happened).toContain('mill opened');
});
