import { watchSubject } from '@bakerst/bus/testing';
import { JobProgress, Subjects } from '@bakerst/contracts';
import type { Execution } from '../checkers/jobs.ts';
import type { Stage } from './stage.ts';

export interface ExecutionWatch extends AsyncDisposable {
  readonly executions: readonly Execution[];
  /** What workers told of the ends of jobs, each once its result was safe. */
  readonly ends: readonly Execution[];
}

/** Hears every worker that begins to execute a job, or has come to its end. */
export async function watchExecutions(
  stage: Stage,
  onExecution: (execution: Execution) => void = () => undefined,
): Promise<ExecutionWatch> {
  const executions: Execution[] = [];
  const ends: Execution[] = [];
  const watch = await watchSubject(stage.nats.url, Subjects.anyStatus, (body) => {
    const progress = JobProgress.parse(JSON.parse(body));
    if (progress.status === 'received') return;
    if (progress.status !== 'running') return void ends.push(progress);
    executions.push(progress);
    onExecution(progress);
  });
  return { executions, ends, [Symbol.asyncDispose]: () => watch[Symbol.asyncDispose]() };
}
