import { runService, silentLogger, systemClock } from '@bakerst/kit';
import { openIsolateSandbox } from '../../../services/worker/src/sandbox/isolate-sandbox.ts';
import { serveTimings } from '../serve-timings.ts';

// The sandbox of the product without the worker around it.

const TIMEOUT_MS = 30_000;

await runService(silentLogger, async (open) => {
  const sandbox = open.use(
    openIsolateSandbox({ maxChildren: 2, clock: systemClock, log: silentLogger }),
  );
  await sandbox.warmUp();
  serveTimings(async (source) => {
    const execution = { user: 'home/gary', source, timeoutMs: TIMEOUT_MS, startsAt: 0, chance: '' };
    const envelope = await sandbox.run(execution, {});
    return envelope.ok ? envelope.value : envelope.message;
  });
});
