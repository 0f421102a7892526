import { runService, silentLogger } from '@bakerst/kit';
import { AckPolicy, type JetStreamClient, jetstream, RetentionPolicy } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import { serveTimings } from '../serve-timings.ts';

// The floor of a job: publish to a work queue, pull, result by request, acknowledgement; nothing is executed and nothing stored.
// main.ts nats://127.0.0.1:4222 brain | worker; the brain is started first.

const STREAM = 'BENCH_JOBS';
const JOBS = 'bench.jobs';
const RESULT = 'bench.result';
const WORKERS = 'workers';

const [url, role] = z.tuple([z.string(), z.enum(['brain', 'worker'])]).parse(process.argv.slice(2));

await runService(silentLogger, async (open) => {
  const nc = await connect({ servers: new URL(url).host, noAsyncTraces: true });
  open.defer(() => nc.close());
  const js = jetstream(nc);
  if (role === 'brain') await serveBrain(nc, js);
  else void work(nc, js);
});

/** Times from the publication of a job to its result. */
async function serveBrain(nc: NatsConnection, js: JetStreamClient): Promise<void> {
  const jsm = await js.jetstreamManager();
  await jsm.streams.add({ name: STREAM, subjects: [JOBS], retention: RetentionPolicy.Workqueue });
  await jsm.consumers.add(STREAM, { durable_name: WORKERS, ack_policy: AckPolicy.Explicit });
  let finish: (result: string) => void = () => undefined;
  nc.subscribe(RESULT, {
    callback: (_, message) => {
      message.respond('{"recorded":true}');
      finish(message.string());
    },
  });
  serveTimings(async (code) => {
    const result = new Promise<string>((resolve) => {
      finish = resolve;
    });
    await js.publish(JOBS, code);
    return Number(await result);
  });
}

/** Gives each job back as its own result. */
async function work(nc: NatsConnection, js: JetStreamClient): Promise<void> {
  const consumer = await js.consumers.get(STREAM, WORKERS);
  for await (const message of await consumer.consume()) {
    await nc.request(RESULT, message.data);
    message.ack();
  }
}
