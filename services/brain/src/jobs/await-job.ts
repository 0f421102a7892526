import { failedAnswer, type ToolAnswer, type ToolCall, type UnknownOutcome } from '@bakerst/agent';
import type { Clock } from '@bakerst/kit';
import { scopeOf } from '../principals/principal.ts';
import type { ActiveRun } from '../runs/active-run.ts';
import type { Job } from './job.ts';
import type { JobWaiter } from './job-waiter.ts';
import type { JobStore } from './ports.ts';

/** How long the model waits for a job; the job itself goes on. */
const WAIT_MS = 120_000;
/** A job that nobody has taken by then is worth a word. */
const NOTICE_MS = 2_000;

export interface AwaitJobDeps {
  readonly store: Pick<JobStore, 'find'>;
  readonly waiter: JobWaiter;
  readonly clock: Clock;
}

/** A job that a call of a run waits for. */
export interface AwaitedJob {
  /** Resolves once it is stored. */
  readonly dispatched: Promise<Job>;
  readonly call: ToolCall;
  /** What the job does, for the person who may have to judge it. */
  readonly what: string;
  readonly toAnswer: (job: Job) => ToolAnswer;
}

/** Waits until a job has ended and gives its answer, or the question when nobody knows what became of it. */
export async function awaitJob(
  deps: AwaitJobDeps,
  active: ActiveRun,
  { dispatched, call, what, toAnswer }: AwaitedJob,
): Promise<ToolAnswer | UnknownOutcome> {
  const [job] = await Promise.all([dispatched, call.recorded]);
  const find = (): Job => deps.store.find(scopeOf(active.run.tenant), job.id) ?? job;
  using _notice = deps.clock.after(NOTICE_MS, () => {
    const { status } = find();
    if (status === 'queued' || status === 'dispatched')
      active.feed.emit({ type: 'status', message: 'Waiting for a worker...' });
  });
  const hasEnded = await deps.waiter.wait(job.id, { timeoutMs: WAIT_MS, signal: call.signal });
  if (!hasEnded) return failedAnswer(`not finished yet, job ${job.id} goes on`);
  const ended = find();
  return ended.status === 'interrupted' ? toQuestion(ended, what) : toAnswer(ended);
}

/** Of code it is a tool call that is in question, not the code. */
function toQuestion({ id, spec, error }: Job, what: string): UnknownOutcome {
  const unknown = spec.type === 'code' && error !== undefined ? error.message : what;
  return {
    isUnknown: true,
    question: `I do not know whether this took effect: ${unknown}. It was interrupted, and I have not tried it again. Please look, and tell me what came of it (job ${id}).`,
  };
}
