import { fork } from 'node:child_process';
import { once } from 'node:events';
import { runService, silentLogger } from '@bakerst/kit';
import ivm from 'isolated-vm';
import { z } from 'zod';
import { serveTimings } from '../serve-timings.ts';

// The least that code in a process of its own can cost: a forked child that has its isolate ready, and nothing around it.
// main.ts: times executions; main.ts child: executes them.

const MEMORY_MB = 64;
/** As the product does: the answer goes first. */
const PREPARE_DELAY_MS = 1;

const Code = z.string();

if (process.argv[2] === 'child') execute();
else await runService(silentLogger, async (open) => serveTimings(openChild(open)));

function openChild(open: AsyncDisposableStack): (code: string) => Promise<unknown> {
  const child = fork(import.meta.filename, ['child'], { execArgv: process.execArgv });
  open.defer(() => void child.kill('SIGKILL'));
  return async (code) => {
    const answered = once(child, 'message');
    child.send(code);
    const [value] = await answered;
    return value;
  };
}

function execute(): void {
  let prepared = prepare();
  process.on('message', async (message) => {
    const { isolate, context } = await prepared;
    const script = await isolate.compileScript(Code.parse(message));
    process.send?.(await script.run(context));
    isolate.dispose();
    setTimeout(() => {
      prepared = prepare();
    }, PREPARE_DELAY_MS);
  });
}

async function prepare(): Promise<{ isolate: ivm.Isolate; context: ivm.Context }> {
  const isolate = new ivm.Isolate({ memoryLimit: MEMORY_MB });
  return { isolate, context: await isolate.createContext() };
}
