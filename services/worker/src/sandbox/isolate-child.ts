import { stripTypeScriptTypes } from 'node:module';
import { runInNewContext } from 'node:vm';
import { type Answer, type Ivm, openCell, runCell, send } from './isolate-cell.ts';
import type { StartMessage, ToChild } from './isolate-messages.ts';

/**
 * The program of a sandbox process. The worker hands it over on stdin, and it may read no file, open no socket and
 * start no process, so it imports nothing but parts of Node and what was handed over with it. User code runs on
 * isolated-vm's own threads: this thread stays free to pass logs on and to notice that the worker is gone.
 */

/** Bounds how long the process outlives a worker that dies while types are being stripped. */
const STRIP_TIMEOUT_MS = 2_000;

/** Lets the worker read the answer first: on two cores the next isolate would cost it 0.6 ms. */
const PREPARE_DELAY_MS = 1;

/** `return` and `await` are allowed in a function only. */
const WRAPPER = { before: 'async () => {\n', after: '\n}' };

process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
// Ctrl-C reaches the whole process group, but when to end is the worker's decision.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
process.once('message', (message) => {
  if (isToChild(message) && message.type === 'start') serve(message).catch(refuse);
});

/** Hands an answer to the code that waits for it. */
let takeAnswer: (answer: Answer) => void = () => undefined;

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
    if (message.type === 'answer') takeAnswer(message);
    if (message.type === 'strip') send({ type: 'stripped', source: stripTypes(message.source) });
    if (message.type !== 'run') return;
    if (preparing !== undefined) {
      clearTimeout(preparing);
      prepare();
    }
    const nextAnswer = (): Promise<Answer> =>
      new Promise((resolve) => {
        takeAnswer = resolve;
      });
    await runCell(await prepared, message, nextAnswer);
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

/** The loader of the package would need to read files. */
function loadIsolatedVm(addonPath: string): Ivm {
  const addon: { exports: { ivm?: Ivm } } = { exports: {} };
  process.dlopen(addon, addonPath);
  if (addon.exports.ivm === undefined) throw new Error(`${addonPath} is not isolated-vm`);
  return addon.exports.ivm;
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
