import type { JobProgress, JobResult } from '@bakerst/contracts';
import type { JobChange } from './job-state.ts';

/** The columns of a job that ends; `told`: what its worker said, when a result decides. */
export function toEndRow(
  change: JobChange & { readonly kind: 'end' },
  told: JobResult | undefined,
  now: number,
) {
  return {
    status: change.status,
    attempt: told?.attempt ?? 0,
    workerId: told?.workerId ?? null,
    startedAt: told?.startedAt ?? null,
    finishedAt: told?.finishedAt ?? now,
    result: change.result === undefined ? null : JSON.stringify(change.result),
    errorCode: change.error?.code ?? null,
    errorMessage: change.error?.message ?? null,
  };
}

/** The columns of a job of which its worker tells how far it is. */
export function toProgressRow({ jobId, attempt, workerId, status, at }: JobProgress) {
  const state = status === 'received' ? 'received' : 'running';
  return { id: jobId, attempt, workerId, at, status: state, rank: state === 'received' ? 2 : 3 };
}
