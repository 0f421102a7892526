import { runService, silentLogger } from '@bakerst/kit';
import ivm from 'isolated-vm';
import { serveTimings } from '../serve-timings.ts';

// The floor of the sandbox: an isolate in this very process, made for each execution. Needs --no-node-snapshot.

const MEMORY_MB = 64;

await runService(silentLogger, async () => serveTimings(runInNewIsolate));

async function runInNewIsolate(code: string): Promise<unknown> {
  const isolate = new ivm.Isolate({ memoryLimit: MEMORY_MB });
  try {
    const context = await isolate.createContext();
    const script = await isolate.compileScript(code);
    return await script.run(context);
  } finally {
    // Nobody waits for this in the product's sandbox either.
    setImmediate(() => isolate.dispose());
  }
}
