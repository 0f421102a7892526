import type { JobStart, JobStartAnswer } from '@bakerst/contracts';
import type { ToolChecker } from '../mcp/ports.ts';
import type { Job } from './job.ts';
import { decideStart, type JobChange } from './job-state.ts';

/** The same as `decideStart`; a tool that may not be called any more is not, though its job was taken when it might. */
export function decideStartOf(
  tools: ToolChecker,
  job: Job,
  ask: JobStart,
): { readonly answer: JobStartAnswer; readonly change: JobChange } {
  const decision = decideStart(job, ask);
  if (job.spec.type !== 'mcp' || decision.answer.answer !== 'go') return decision;
  const verdict = tools.checkTool(job.tenant.org, job.spec);
  if (verdict.ok) return decision;
  const { error } = verdict;
  return {
    answer: { answer: 'refused', code: error.code },
    change: { kind: 'end', status: 'failed', error },
  };
}
