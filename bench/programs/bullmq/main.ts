import { runService, silentLogger } from '@bakerst/kit';
import { Queue, QueueEvents, Worker } from 'bullmq';
import { serveTimings } from '../serve-timings.ts';

// A rival's way of a job: BullMQ on Redis, from the addition to the result, which is stored in Redis.
// main.ts <port of redis> queue | worker <slots>

const QUEUE = 'bench';

const [port = '', role = 'queue', slots = '1'] = process.argv.slice(2);
const connection = { host: '127.0.0.1', port: Number(port) };

await runService(silentLogger, async (open) => {
  process.channel?.ref();
  if (role === 'worker') {
    const worker = new Worker(QUEUE, async (job) => Number(job.data), {
      connection,
      concurrency: Number(slots),
    });
    open.defer(() => worker.close());
    await worker.waitUntilReady();
    return;
  }
  const queue = new Queue(QUEUE, { connection });
  open.defer(() => queue.close());
  const events = new QueueEvents(QUEUE, { connection });
  open.defer(() => events.close());
  await events.waitUntilReady();
  serveTimings(async (code) => {
    const job = await queue.add('job', code);
    return await job.waitUntilFinished(events);
  });
});
