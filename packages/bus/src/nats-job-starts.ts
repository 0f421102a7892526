import { BRAIN_QUEUE, JobStart, JobStartAnswer, Subjects } from '@bakerst/contracts';
import type { Clock, Logger } from '@bakerst/kit';
import type { NatsLink } from './nats-link.ts';
import { readJson } from './read-json.ts';

/** How long a brain may take to store an intent before it is asked again. */
const BRAIN_PATIENCE_MS = 2_000;
const RETRY_MS = 500;

interface StartDeps {
  readonly link: NatsLink;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface StartAsker {
  /**
   * Asks until a brain answers, for nothing may begin before; the job is kept in hand meanwhile, so that the wait does
   * not count as a lost attempt. Rejects with the signal's reason.
   */
  ask(start: JobStart, signal: AbortSignal): Promise<JobStartAnswer>;
}

export function createNatsStartAsker({ link, clock, log }: StartDeps): StartAsker {
  return {
    async ask(start, signal) {
      const body = JSON.stringify(start);
      for (;;) {
        signal.throwIfAborted();
        try {
          const answer = await link.nc.request(Subjects.start, body, {
            timeout: BRAIN_PATIENCE_MS,
          });
          return JobStartAnswer.parse(answer.json());
        } catch (err) {
          const { jobId, requestId } = start;
          log.debug({ err, jobId, requestId }, 'no brain said whether to begin');
          await clock.sleep(RETRY_MS, signal);
        }
      }
    },
  };
}

/** Answers workers that want to act, on the queue group of brains. What `answer` throws leaves the worker to ask again. */
export function serveStarts(
  { link, log }: Pick<StartDeps, 'link' | 'log'>,
  answer: (start: JobStart) => Promise<JobStartAnswer>,
): Disposable {
  const subscription = link.nc.subscribe(Subjects.start, {
    queue: BRAIN_QUEUE,
    callback: (err, message) => {
      const start = err === null ? JobStart.safeParse(readJson(message)) : undefined;
      if (start?.success !== true) return;
      answer(start.data).then(
        (said) => message.respond(JSON.stringify(said)),
        (failure: unknown) => log.error({ err: failure, ...start.data }, 'start not decided'),
      );
    },
  });
  return { [Symbol.dispose]: () => subscription.unsubscribe() };
}
