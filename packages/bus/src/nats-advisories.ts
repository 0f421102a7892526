import { BRAINS_CONSUMER, JobDispatch, Streams } from '@bakerst/contracts';
import type { Clock, Logger } from '@bakerst/kit';
import { z } from 'zod';
import type { NatsLink } from './nats-link.ts';
import { readJson } from './read-json.ts';

const PULL_MS = 5_000;
const RETRY_MS = 1_000;

/** What nats-server says of a message that it delivers to nobody any more: its deliveries are used up, or a worker could not read it. */
const Advisory = z.object({
  type: z.string(),
  stream_seq: z.int().positive(),
  deliveries: z.int().nonnegative().default(0),
});

interface AdvisoryDeps {
  readonly link: NatsLink;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A job that the work queue has given up: nobody gets it any more. */
export interface GivenUp {
  readonly dispatch: JobDispatch;
  readonly deliveries: number;
}

/**
 * Reads what the server tells of jobs that used up their deliveries. Each is handed to `onGivenUp`; when that has
 * resolved, the message leaves the queue, which would keep it for ever otherwise.
 */
export function watchAdvisories(
  deps: AdvisoryDeps,
  onGivenUp: (given: GivenUp) => Promise<void>,
): Disposable {
  const stopping = new AbortController();
  void keepReading(deps, onGivenUp, stopping.signal);
  return { [Symbol.dispose]: () => stopping.abort() };
}

async function keepReading(
  deps: AdvisoryDeps,
  onGivenUp: (given: GivenUp) => Promise<void>,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    try {
      await readBatch(deps, onGivenUp, stop);
    } catch (err) {
      deps.log.debug({ err }, 'advisories not reached');
      await deps.clock.sleep(RETRY_MS, stop).catch(() => undefined);
    }
  }
}

async function readBatch(
  { link, log }: AdvisoryDeps,
  onGivenUp: (given: GivenUp) => Promise<void>,
  stop: AbortSignal,
): Promise<void> {
  const consumer = await link.js.consumers.get(Streams.advisories, BRAINS_CONSUMER);
  const batch = await consumer.fetch({ max_messages: 50, expires: PULL_MS });
  const onStop = (): void => void batch.close();
  stop.addEventListener('abort', onStop);
  try {
    for await (const message of batch) {
      const advisory = Advisory.safeParse(readJson(message)).data;
      if (advisory !== undefined) await giveUp({ link, log }, onGivenUp, advisory);
      message.ack();
    }
  } finally {
    stop.removeEventListener('abort', onStop);
  }
}

async function giveUp(
  { link, log }: Pick<AdvisoryDeps, 'link' | 'log'>,
  onGivenUp: (given: GivenUp) => Promise<void>,
  { stream_seq: seq, deliveries }: z.infer<typeof Advisory>,
): Promise<void> {
  const stored = await link.jsm.streams.getMessage(Streams.jobs, { seq });
  if (stored === null) return;
  const dispatch = JobDispatch.safeParse(readJson(stored)).data;
  if (dispatch !== undefined) {
    log.warn(
      { jobId: dispatch.jobId, requestId: dispatch.requestId, deliveries },
      'job given up by the work queue',
    );
    await onGivenUp({ dispatch, deliveries });
  }
  await link.jsm.streams.deleteMessage(Streams.jobs, seq);
}
