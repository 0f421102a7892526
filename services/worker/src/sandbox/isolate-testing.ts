import { SandboxEnvelope } from '@bakerst/contracts';
import { type Logger, systemClock } from '@bakerst/kit';
import { type IsolateSandboxOptions, openIsolateSandbox } from './isolate-sandbox.ts';
import type { ToolSession } from './sandbox.ts';

/** What the sandbox logs about its processes. */
export interface ProcessEvent {
  readonly event: string;
  readonly pid: number;
  readonly userId?: string;
}

export interface TestSandbox extends AsyncDisposable {
  readonly events: readonly ProcessEvent[];
  run(source: string, call?: TestCall): Promise<SandboxEnvelope>;
  /** Resolves as soon as the events fulfil a condition. */
  until(isMet: (events: readonly ProcessEvent[]) => boolean): Promise<void>;
  /** Processes of a user, in the order they were bound. */
  pidsOf(user: string): readonly number[];
}

interface TestCall {
  readonly user?: string;
  readonly timeoutMs?: number;
  readonly startsAt?: number;
  readonly chance?: string;
  readonly tools?: ToolSession;
  readonly signal?: AbortSignal;
}

/** A sandbox with real processes, for user gary if nothing else is said, whose log can be read and waited for. */
export async function openTestSandbox(
  options: Partial<IsolateSandboxOptions> = {},
): Promise<TestSandbox> {
  const events: ProcessEvent[] = [];
  const watchers = new Set<() => void>();
  const log = recordingLogger((event) => {
    events.push(event);
    for (const watch of watchers) watch();
  });
  const sandbox = openIsolateSandbox({ clock: systemClock, maxChildren: 4, ...options, log });
  await sandbox.warmUp();
  return {
    events,
    run: async (source, { user = 'gary', timeoutMs = 3_000, ...call } = {}) => {
      const { startsAt = Date.now(), chance = '', ...rest } = call;
      const execution = { user, source, timeoutMs, startsAt, chance };
      return SandboxEnvelope.parse(await sandbox.run(execution, rest));
    },
    pidsOf: (user) => events.filter(({ userId }) => userId === user).map(({ pid }) => pid),
    until(isMet) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const watch = (): void => {
        if (isMet(events)) resolve();
      };
      watchers.add(watch);
      watch();
      return promise.finally(() => watchers.delete(watch));
    },
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  };
}

function recordingLogger(record: (event: ProcessEvent) => void): Logger {
  const write = (...values: unknown[]): void => {
    const [fields, event] = values;
    if (typeof event === 'string' && isProcessFields(fields)) record({ ...fields, event });
  };
  const log: Logger = {
    debug: write,
    info: write,
    warn: write,
    error: write,
    fatal: write,
    child: () => log,
  };
  return log;
}

function isProcessFields(fields: unknown): fields is { pid: number; userId?: string } {
  return typeof fields === 'object' && fields !== null && 'pid' in fields;
}
