import {
  consumeJobs,
  createNatsResultSender,
  createNatsStartAsker,
  openNatsLink,
  watchHalts,
} from '@bakerst/bus';
import { randomId, runService, silentLogger, systemClock } from '@bakerst/kit';
import { createHaltedWork } from '../../../services/worker/src/halted-work.ts';
import { type HandleJobDeps, handleJob } from '../../../services/worker/src/handle-job.ts';
import { createOneAtATime } from '../../../services/worker/src/one-at-a-time.ts';

// The worker of the product with nothing to execute: each http job gets the number in its path for a result.
// main.ts nats://127.0.0.1:4222 <slots>

const [url = '', slots = '1'] = process.argv.slice(2);
const clock = systemClock;
const log = silentLogger;

await runService(log, async (open) => {
  const link = open.use(openNatsLink({ url, service: 'worker' }, { log, clock }));
  await link.waitConnected(10_000);
  const halts = createHaltedWork();
  open.use(watchHalts({ link, clock, log }, { onHalt: halts.add, onComplete: halts.setComplete }));
  const deps: HandleJobDeps = {
    executors: {
      http: async ({ spec }) => ({
        status: 'completed',
        result: Number(new URL(spec.url).pathname.slice(1)),
      }),
    },
    sender: createNatsResultSender({ link, clock, log }),
    asker: createNatsStartAsker({ link, clock, log }),
    halts,
    suspects: createOneAtATime(),
    workerId: randomId(),
    ackWaitMs: 8_000,
    stopping: new AbortController().signal,
    clock,
    log,
  };
  consumeJobs(
    { link, clock, log },
    { kind: 'http', slots: Number(slots), handle: (delivery) => handleJob(deps, delivery) },
  );
  process.channel?.ref();
});
