import type { LogLine } from '@bakerst/contracts';
import type IsolatedVm from 'isolated-vm';
import type {
  FromChild,
  HarnessEnding,
  HarnessSettings,
  StartMessage,
  ToChild,
} from './isolate-messages.ts';

/**
 * Part of the program of a sandbox process: one execution in an isolate of its own. User code runs on isolated-vm's own
 * threads. It is handed over as text, like the program that imports it.
 */

/** How often an isolate is asked whether it is over its memory limit: code inside one long builtin never notices. */
const MEMORY_CHECK_MS = 50;

/** The part of the harness that the process speaks to; names are without their extension here. */
const HARNESS = './isolate-harness';

export type Ivm = typeof IsolatedVm;
type Ending = Extract<FromChild, { type: 'value' | 'failure' }>;
type Run = Extract<ToChild, { type: 'run' }>;

/** A fresh isolate, ready for one execution. */
export interface Cell {
  readonly isolate: IsolatedVm.Isolate;
  readonly context: IsolatedVm.Context;
  readonly logs: LogSender;
  readonly harness: Harness;
  /** What the code comes to; never resolves while a promise it awaits never settles. */
  readonly ending: Promise<Ending>;
  /** It has said so already, and need not be asked. */
  hasEnded(): boolean;
}

/** What the harness is told and asked while the code rests. */
interface Harness {
  takeCalls(): Taken;
  settle(answer: Answer): Promise<void>;
}

export type Answer = Extract<ToChild, { type: 'answer' }>;
type Rested = Extract<FromChild, { type: 'rested' }>;

interface Taken extends Pick<Rested, 'count' | 'calls'> {
  /** The code has come to its end. */
  readonly isOver: boolean;
}

interface LogSender {
  add(level: LogLine['level'], message: string, timestamp: number): void;
  flush(): void;
}

const OUT_OF_MEMORY: Ending = {
  type: 'failure',
  code: 'MEMORY',
  message: 'the code used more memory than it may',
};

export function send(message: FromChild): void {
  process.send?.(message);
}

/** Builds an isolate with the harness in it. */
export async function openCell(ivm: Ivm, start: StartMessage): Promise<Cell> {
  const isolate = new ivm.Isolate({
    memoryLimit: start.memoryMb,
    onCatastrophicError: () => send(OUT_OF_MEMORY),
  });
  const context = await isolate.createContext();
  const main = await loadHarness(isolate, context, start);
  const logs = createLogSender();
  const { promise: ending, resolve } = Promise.withResolvers<Ending>();
  let hasEnded = false;
  const end = (how: HarnessEnding, text: string, unmade: number): void => {
    hasEnded = true;
    resolve(
      how === 'VALUE'
        ? { type: 'value', json: text, unmade }
        : { type: 'failure', code: how, message: text, unmade },
    );
  };
  const install = await main.get('install', { reference: true });
  await install.apply(undefined, [
    new ivm.Callback(logs.add, { ignored: true }),
    new ivm.Callback(end, { ignored: true }),
    new ivm.ExternalCopy<HarnessSettings>(start.settings).copyInto(),
  ]);
  const harness = await toHarness(main);
  return { isolate, context, logs, ending, harness, hasEnded: () => hasEnded };
}

/** Gives what the module of the harness exports. */
async function loadHarness(
  isolate: IsolatedVm.Isolate,
  context: IsolatedVm.Context,
  { harness }: StartMessage,
): Promise<IsolatedVm.Reference<Record<string, unknown>>> {
  const modules = new Map<string, IsolatedVm.Module>();
  for (const [name, source] of Object.entries(harness))
    modules.set(name, await isolate.compileModule(source, { filename: name }));
  const find = (specifier: string): IsolatedVm.Module => {
    const name = specifier.replace(/\.[jt]s$/, '');
    const module = modules.get(name);
    if (module === undefined) throw new Error(`the harness has no part ${name}`);
    return module;
  };
  const main = find(HARNESS);
  await main.instantiate(context, find);
  await main.evaluate();
  return main.namespace;
}

const COPY = { arguments: { copy: true } } as const;

async function toHarness(main: IsolatedVm.Reference<Record<string, unknown>>): Promise<Harness> {
  const take = await main.get('takeCalls', { reference: true });
  const settle = await main.get('settle', { reference: true });
  return {
    takeCalls: () => JSON.parse(String(take.applySync(undefined, []))),
    settle: async ({ type: _, ...answer }) => {
      await settle.apply(undefined, [answer], COPY);
    },
  };
}

/** Sends console lines on in batches; the harness bounds how many there are. */
function createLogSender(): LogSender {
  let lines: LogLine[] = [];
  const flush = (): void => {
    if (lines.length > 0) send({ type: 'logs', lines });
    lines = [];
  };
  return {
    add(level, message, timestamp) {
      if (lines.push({ level, message, timestamp }) === 1) setImmediate(flush);
    },
    flush,
  };
}

/**
 * Runs one execution to its end and says how it ended. `nextAnswer`: gives the answer of the worker to the tool calls
 * that the code waits for.
 */
export async function runCell(
  cell: Cell,
  run: Run,
  nextAnswer: () => Promise<Answer>,
): Promise<void> {
  const memoryCheck = setInterval(() => {
    if (cell.isolate.isDisposed) send(OUT_OF_MEMORY);
  }, MEMORY_CHECK_MS);
  const ending = await endingOf(cell, run, nextAnswer);
  clearInterval(memoryCheck);
  cell.logs.flush();
  send(ending);
  if (!cell.isolate.isDisposed) cell.isolate.dispose();
}

/** Waits for the isolate to come to rest too: what code does after its `return` is part of the execution. */
async function endingOf(
  cell: Cell,
  { script: source }: Run,
  nextAnswer: () => Promise<Answer>,
): Promise<Ending> {
  const { isolate, context, harness } = cell;
  let script: IsolatedVm.Script;
  try {
    // Compiling takes a fraction of a millisecond; another thread's turn would take longer than that.
    script = isolate.compileScriptSync(source, { filename: 'code.js', lineOffset: -1 });
  } catch (error) {
    return { type: 'failure', code: 'SYNTAX', message: toSyntaxMessage(error) };
  }
  await untilAtRest(script.run(context));
  while (!isolate.isDisposed) {
    if (cell.hasEnded()) return cell.ending;
    const { isOver, count, calls } = harness.takeCalls();
    if (isOver) return cell.ending;
    cell.logs.flush();
    send({ type: 'rested', count, calls });
    await untilAtRest(harness.settle(await nextAnswer()));
  }
  return OUT_OF_MEMORY;
}

async function untilAtRest(turn: Promise<unknown>): Promise<void> {
  try {
    await turn;
  } catch {
    // The code left a rejected promise behind, which is no error of its own, or the isolate is gone.
  }
}

/** What V8 alone finds wrong, with the place that isolated-vm adds as [code.js:line:column]. */
function toSyntaxMessage(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/ \[code\.js:(\d+:\d+)\]$/, ' ($1)');
}
