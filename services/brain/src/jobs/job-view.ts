import type { JobSpec, JobView, UserEvent } from '@bakerst/contracts';
import { z } from 'zod';
import { toIso, toIsoOrNull } from '../http/to-iso.ts';
import type { Job } from './job.ts';

/** What the API shows of a job. */
export function toJobView(job: Job): z.input<typeof JobView> {
  return {
    id: job.id,
    type: job.spec.type,
    summary: summarise(job.spec),
    status: job.status,
    attempt: job.attempt,
    replay: job.replay,
    ordering_key: job.orderingKey ?? null,
    run_id: job.call?.runId ?? null,
    worker_id: job.workerId ?? null,
    created_at: toIso(job.createdAt),
    started_at: toIsoOrNull(job.startedAt),
    finished_at: toIsoOrNull(job.finishedAt),
    result: job.result === undefined ? null : z.json().parse(job.result),
    error: job.error ?? null,
  };
}

const SUMMARY_MAX_CHARS = 200;

/** What a job does, in one line. */
export function summarise(spec: JobSpec): string {
  const line = toLine(spec).trim().replaceAll(/\s+/g, ' ').slice(0, SUMMARY_MAX_CHARS);
  // Half of a character that takes two units is none.
  return line.replace(/[\uD800-\uDBFF]$/, '');
}

function toLine(spec: JobSpec): string {
  switch (spec.type) {
    case 'code':
      return spec.code;
    case 'command':
      return spec.command;
    case 'http': {
      // A query may hold a key.
      const { origin, pathname } = new URL(spec.url);
      return `${spec.method} ${origin}${pathname}`;
    }
    case 'agent':
      return spec.job;
    case 'mcp':
      return `${spec.server}: ${spec.tool}`;
    default:
      return spec satisfies never;
  }
}

/** What a reader of the user's events hears of a job. */
export function toJobEvent(job: Job): UserEvent {
  return {
    type: 'job',
    job_id: job.id,
    kind: job.spec.type,
    status: job.status,
    run_id: job.call?.runId ?? null,
  };
}
