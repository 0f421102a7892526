import { stripTypeScriptTypes } from 'node:module';
import { runInNewContext } from 'node:vm';
import type { LogLine } from '@bakerst/contracts';
import type IsolatedVm from 'isolated-vm';
import type { FromChild, HarnessEnding, StartMessage, ToChild } from './isolate-messages.ts';

/**
 * The program of a sandbox process. The worker hands it over on stdin, and it may read no file, open no socket and
 * start no process, so it imports nothing but parts of Node. User code runs on isolated-vm's own threads: this thread
 * stays free to pass logs on and to notice that the worker is gone.
 */

/** Bounds how long the process outlives a worker that dies while types are being stripped. */
const STRIP_TIMEOUT_MS = 500;

/** How often an isolate is asked whether it is over its memory limit: code inside one long builtin never notices. */
const MEMORY_CHECK_MS = 50;

/** Lets the worker read the answer first: on two cores the next isolate would cost it 0.6 ms. */
const PREPARE_DELAY_MS = 1;

/** `return` and `await` are allowed in a function only. */
const WRAPPER = { before: 'async () => {\n', after: '\n}' };

type Ivm = typeof IsolatedVm;
type Ending = Extract<FromChild, { type: 'value' | 'failure' }>;

/** A fresh isolate, ready for one execution. */
interface Cell {
  readonly isolate: IsolatedVm.Isolate;
  readonly context: IsolatedVm.Context;
  readonly logs: LogSender;
  /** What the code comes to; never resolves while a promise it awaits never settles. */
  readonly ending: Promise<Ending>;
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

process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
// Ctrl-C reaches the whole process group, but when to end is the worker's decision.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.once('message', (message) => {
  if (isToChild(message) && message.type === 'start') serve(message).catch(refuse);
});

/** Runs one execution after another, each in a cell of its own that was prepared while the process was idle. */
async function serve(start: StartMessage): Promise<void> {
  const ivm = loadIsolatedVm(start.addonPath);
  let prepared = openCell(ivm, start);
  let preparing: NodeJS.Timeout | undefined;
  const prepare = (): void => {
    preparing = undefined;
    prepared = openCell(ivm, start);
  };
  process.on('message', async (message) => {
    if (!isToChild(message)) return;
    if (message.type === 'strip') send({ type: 'stripped', source: stripTypes(message.source) });
    if (message.type !== 'run') return;
    if (preparing !== undefined) {
      clearTimeout(preparing);
      prepare();
    }
    await runScript(await prepared, message.script);
    preparing = setTimeout(prepare, PREPARE_DELAY_MS);
  });
  await prepared;
  send({ type: 'ready' });
}

/** Nobody reads what this process writes, so the worker is told why it cannot start. */
function refuse(cause: unknown): void {
  send({ type: 'refused', reason: String(cause) });
  process.disconnect?.();
}

/** The worker is trusted; this tells the compiler, and nothing else ever arrives. */
function isToChild(message: unknown): message is ToChild {
  return typeof message === 'object' && message !== null && 'type' in message;
}

function send(message: FromChild): void {
  process.send?.(message);
}

/** The loader of the package would need to read files. */
function loadIsolatedVm(addonPath: string): Ivm {
  const addon: { exports: { ivm?: Ivm } } = { exports: {} };
  process.dlopen(addon, addonPath);
  if (addon.exports.ivm === undefined) throw new Error(`${addonPath} is not isolated-vm`);
  return addon.exports.ivm;
}

async function openCell(ivm: Ivm, start: StartMessage): Promise<Cell> {
  const isolate = new ivm.Isolate({
    memoryLimit: start.memoryMb,
    onCatastrophicError: () => send(OUT_OF_MEMORY),
  });
  const context = await isolate.createContext();
  const harness = await isolate.compileModule(start.harness, { filename: 'harness.js' });
  await harness.instantiate(context, () => {
    throw new Error('the harness imports nothing');
  });
  await harness.evaluate();
  const install = await harness.namespace.get('install', { reference: true });
  const logs = createLogSender();
  const { promise: ending, resolve } = Promise.withResolvers<Ending>();
  const end = (how: HarnessEnding, text: string): void =>
    resolve(
      how === 'VALUE'
        ? { type: 'value', json: text }
        : { type: 'failure', code: how, message: text },
    );
  await install.apply(undefined, [
    new ivm.Callback(logs.add, { ignored: true }),
    new ivm.Callback(end, { ignored: true }),
    new ivm.ExternalCopy(start.settings).copyInto(),
  ]);
  return { isolate, context, logs, ending };
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

async function runScript(cell: Cell, script: string): Promise<void> {
  const memoryCheck = setInterval(() => {
    if (cell.isolate.isDisposed) send(OUT_OF_MEMORY);
  }, MEMORY_CHECK_MS);
  const ending = await endingOf(cell, script);
  clearInterval(memoryCheck);
  cell.logs.flush();
  send(ending);
  if (!cell.isolate.isDisposed) cell.isolate.dispose();
}

/** Waits for the isolate to come to rest too: what code does after its `return` is part of the execution. */
async function endingOf({ isolate, context, ending }: Cell, source: string): Promise<Ending> {
  let script: IsolatedVm.Script;
  try {
    // Compiling takes a fraction of a millisecond; another thread's turn would take longer than that.
    script = isolate.compileScriptSync(source, { filename: 'code.js', lineOffset: -1 });
  } catch (error) {
    return { type: 'failure', code: 'SYNTAX', message: toSyntaxMessage(error) };
  }
  try {
    await script.run(context);
  } catch {
    // The code left a rejected promise behind, which is no error of its own, or the isolate is gone.
  }
  return isolate.isDisposed ? OUT_OF_MEMORY : ending;
}

/** What V8 alone finds wrong, with the place that isolated-vm adds as [code.js:line:column]. */
function toSyntaxMessage(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/ \[code\.js:(\d+:\d+)\]$/, ' ($1)');
}

/** Null for what is not TypeScript, or too deeply nested for its parser, or takes that parser too long. */
function stripTypes(source: string): string | null {
  const { before, after } = WRAPPER;
  try {
    // Loaded outside of the time limit, which is for the code: on a busy machine that takes longer than most code does.
    stripTypeScriptTypes('');
    const globals = { strip: stripTypeScriptTypes, source: `${before}${source}${after}` };
    const stripped: unknown = runInNewContext('strip(source)', globals, {
      timeout: STRIP_TIMEOUT_MS,
    });
    return typeof stripped === 'string' ? stripped.slice(before.length, -after.length) : null;
  } catch {
    return null;
  }
}
