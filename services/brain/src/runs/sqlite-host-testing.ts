import type { ModelReply } from '@bakerst/agent';
import { NO_USAGE, StreamEvent } from '@bakerst/contracts';
import { silentLogger } from '@bakerst/kit';
import type { RecalledFact } from '../prompts/ports.ts';
import { createRunRegistry } from './active-run.ts';
import type { PreparedBase } from './prepare-base.ts';
import type { Run, RunEnd } from './run.ts';
import { createRunHost } from './run-host.ts';
import { openRuns } from './sqlite-runs-testing.ts';
import type { RunLocks } from './take-lock.ts';

const HASH = '0'.repeat(64);

const PREPARED: PreparedBase = {
  base: {
    model: 'big',
    maxTokens: 100,
    system: { stable: 'You are Baker.', changing: '' },
    tools: [],
    messages: [{ role: 'user', content: [{ type: 'text', text: 'order bread' }] }],
  },
  stored: {
    maxTokens: 100,
    system: { stable: HASH, changing: HASH },
    tools: HASH,
    history: { fromSeq: 1, toSeq: 1 },
    factIds: [],
  },
  bodies: [],
};

const ORDERED: ModelReply = {
  content: [{ type: 'text', text: 'It is ordered.' }],
  stopReason: 'end_turn',
  usage: NO_USAGE,
};

interface HostOptions {
  /** What is remembered of a run's message; nothing unless given. */
  readonly recallFor?: (run: Run) => Promise<readonly RecalledFact[]>;
  /** What the model says; that it is ordered unless given. */
  readonly reply?: (signal: AbortSignal) => Promise<ModelReply>;
}

/** A host of gary's runs: the database is a real one, nobody else is there. */
export function openHost({
  recallFor = async () => [],
  reply = async () => ORDERED,
}: HostOptions = {}) {
  const runs = openRuns();
  const events: StreamEvent[] = [];
  const told: string[] = [];
  const ends = new Map<string, RunEnd['status']>();
  const registry = createRunRegistry();
  const { store, clock } = runs;
  const deps = {
    ...{ store, clock, registry, recallFor, log: silentLogger },
    model: { reply: (_request: unknown, call: { signal: AbortSignal }) => reply(call.signal) },
    catalogue: { agent: 'big', small: 'small', models: {} },
    settings: {
      readSettings: () => ({ maxTurns: 10, maxHistoryLlm: 4 }),
      readLanguage: () => 'en',
    },
    changes: { tell: () => undefined },
    createTools: () => [],
    halts: { announce: async ({ id }: { id: string }) => void told.push(id) },
    runLocks: createLocks(),
    prepareBase: () => PREPARED,
    runEvents: {
      publish: (_id: string, { lines }: { lines: readonly string[] }) =>
        void events.push(...lines.map((line) => StreamEvent.parse(JSON.parse(line)))),
      read: noEvents,
    },
    signs: { tellReleased: () => undefined },
    callBack: { follow: () => undefined },
    ended: (run: Run, { status }: RunEnd) => void ends.set(run.id, status),
  };
  return { runs, deps, host: createRunHost(deps), registry, events, told, ends };
}

async function* noEvents(): AsyncIterable<never> {
  // Nobody reads.
}

/** The locks of the only brain. */
function createLocks(): RunLocks {
  const held = new Set<string>();
  let revision = 1;
  return {
    async take(lockKey) {
      if (held.has(lockKey)) return { won: false, note: undefined };
      held.add(lockKey);
      revision += 1;
      const release = async (): Promise<void> => void held.delete(lockKey);
      const lock = { revision, lost: new AbortController().signal, release };
      return { won: true, lock, token: { incarnation: 1, revision } };
    },
  };
}
