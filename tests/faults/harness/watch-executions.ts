import { watchSubject } from '@bakerst/bus/testing';
import { JobProgress, JobStart, Subjects } from '@bakerst/contracts';
import type { BegunExecution, Execution } from '../checkers/jobs.ts';
import type { Stage } from './stage.ts';

export interface ExecutionWatch extends AsyncDisposable {
  readonly executions: readonly BegunExecution[];
  /** Asks whether they may begin: also of those who were killed before they could tell that they had. */
  readonly asks: readonly Execution[];
}

/** Hears every worker that begins to execute a job. */
export async function watchExecutions(
  stage: Stage,
  onExecution: (execution: Execution) => void = () => undefined,
): Promise<ExecutionWatch> {
  const executions: BegunExecution[] = [];
  const asks: Execution[] = [];
  await using stack = new AsyncDisposableStack();
  const watch = async (subject: string, onBody: (body: unknown) => void) =>
    stack.use(await watchSubject(stage.nats.url, subject, (body) => onBody(JSON.parse(body))));
  await watch(Subjects.start, (body) => asks.push(JobStart.parse(body)));
  await watch(Subjects.anyStatus, (body) => {
    const progress = JobProgress.parse(body);
    if (progress.status !== 'running') return;
    executions.push(progress);
    onExecution(progress);
  });
  const watching = stack.move();
  return { executions, asks, [Symbol.asyncDispose]: () => watching.disposeAsync() };
}
