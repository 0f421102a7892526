import { watchSubject } from '@bakerst/bus/testing';
import { JobProgress, Subjects } from '@bakerst/contracts';
import type { Execution } from '../checkers/jobs.ts';
import type { Stage } from './stage.ts';

export interface ExecutionWatch extends AsyncDisposable {
  readonly executions: readonly Execution[];
}

/** Hears every worker that begins to execute a job. */
export async function watchExecutions(
  stage: Stage,
  onExecution: (execution: Execution) => void = () => undefined,
): Promise<ExecutionWatch> {
  const executions: Execution[] = [];
  const watch = await watchSubject(stage.nats.url, Subjects.anyStatus, (body) => {
    const progress = JobProgress.parse(JSON.parse(body));
    if (progress.status !== 'running') return;
    executions.push(progress);
    onExecution(progress);
  });
  return { executions, [Symbol.asyncDispose]: () => watch[Symbol.asyncDispose]() };
}
