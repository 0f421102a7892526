import { BRAIN_QUEUE } from '@bakerst/contracts';
import { AppError, type Clock, type Logger } from '@bakerst/kit';
import type { NatsLink } from './nats-link.ts';
import { readJson } from './read-json.ts';

/** How long a brain may take to store an intent before it is asked again. */
const BRAIN_PATIENCE_MS = 2_000;
const RETRY_MS = 500;

export interface AskDeps {
  readonly link: NatsLink;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Question {
  readonly subject: string;
  /** Sent as JSON. */
  readonly body: { readonly jobId: string; readonly requestId?: string | undefined };
  readonly signal: AbortSignal;
}

/**
 * Asks any brain until one answers, for nothing may begin before; the job is kept in hand meanwhile, so that the wait
 * does not count as a lost attempt. Gives the answer, not yet parsed. Rejects with the signal's reason.
 */
export async function askBrains(
  { link, clock, log }: AskDeps,
  { subject, body, signal }: Question,
): Promise<unknown> {
  const text = JSON.stringify(body);
  requireCarriable(link, text);
  for (;;) {
    signal.throwIfAborted();
    try {
      return (await link.nc.request(subject, text, { timeout: BRAIN_PATIENCE_MS })).json();
    } catch (err) {
      const { jobId, requestId } = body;
      log.debug({ err, jobId, requestId, subject }, 'no brain has answered');
      await clock.sleep(RETRY_MS, signal);
    }
  }
}

/** Asked again, it would be refused again. */
function requireCarriable({ nc }: NatsLink, text: string): void {
  const most = nc.info?.max_payload ?? Number.POSITIVE_INFINITY;
  if (Buffer.byteLength(text) > most)
    throw new AppError('PAYLOAD_TOO_LARGE', `a message of the bus has at most ${most} bytes`);
}

/** What a brain is asked on a subject, and how it answers. */
export interface Answering<Asked> {
  readonly subject: string;
  readonly schema: {
    safeParse(body: unknown): { success: true; data: Asked } | { success: false };
  };
  /** What it throws leaves the worker to ask again. */
  readonly answer: (asked: Asked) => Promise<unknown>;
}

/** Answers on the queue group of brains; what is no question gets no answer. */
export function answerWorkers<Asked extends Question['body']>(
  { link, log }: Pick<AskDeps, 'link' | 'log'>,
  { subject, schema, answer }: Answering<Asked>,
): Disposable {
  const subscription = link.nc.subscribe(subject, {
    queue: BRAIN_QUEUE,
    callback: (err, message) => {
      const asked = err === null ? schema.safeParse(readJson(message)) : undefined;
      if (asked?.success !== true) return;
      const { jobId, requestId } = asked.data;
      answer(asked.data)
        .then((said) => void message.respond(JSON.stringify(said)))
        .catch((failure: unknown) =>
          log.error(
            { err: failure, jobId, requestId, subject },
            'question of a worker not answered',
          ),
        );
    },
  });
  return { [Symbol.dispose]: () => subscription.unsubscribe() };
}
