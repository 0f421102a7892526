import { JobStart, JobStartAnswer, Subjects } from '@bakerst/contracts';
import { type AskDeps, answerWorkers, askBrains } from './nats-ask-brains.ts';

export interface StartAsker {
  /** Asks until a brain answers. Rejects with the signal's reason. */
  ask(start: JobStart, signal: AbortSignal): Promise<JobStartAnswer>;
}

export function createNatsStartAsker(deps: AskDeps): StartAsker {
  return {
    async ask(body, signal) {
      return JobStartAnswer.parse(await askBrains(deps, { subject: Subjects.start, body, signal }));
    },
  };
}

/** Answers workers that want to act. */
export function serveStarts(
  deps: Pick<AskDeps, 'link' | 'log'>,
  answer: (start: JobStart) => Promise<JobStartAnswer>,
): Disposable {
  return answerWorkers(deps, { subject: Subjects.start, schema: JobStart, answer });
}
