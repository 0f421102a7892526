import type { JobType } from './job-spec.ts';

/** Names of everything that bakerst keeps in NATS; nothing else in the code spells one. */
export const Streams = {
  jobs: 'BAKERST_JOBS',
  results: 'BAKERST_RESULTS',
  runs: 'BAKERST_RUNS',
  advisories: 'BAKERST_ADVISORIES',
} as const;

export const Buckets = {
  locks: 'bakerst_locks',
  halts: 'bakerst_halts',
} as const;

export const Subjects = {
  /** Work queue, one subject per kind of job. */
  dispatch: (type: JobType): string => `bakerst.jobs.dispatch.${type}`,
  anyDispatch: 'bakerst.jobs.dispatch.*',
  /** Request to any brain: may this attempt act? */
  start: 'bakerst.jobs.start',
  /** Request to any brain: commit a result. */
  result: 'bakerst.jobs.result',
  /** Where a result goes when no brain answers in time. */
  storedResult: 'bakerst.results',
  /** Core publish for watchers only; may be lost. */
  status: (jobId: string): string => `bakerst.jobs.status.${jobId}`,
  anyStatus: 'bakerst.jobs.status.*',
  /** Announced by the brain that committed a result. */
  recorded: (jobId: string): string => `bakerst.jobs.recorded.${jobId}`,
  anyRecorded: 'bakerst.jobs.recorded.*',
  runEvents: (runId: string): string => `bakerst.runs.${runId}`,
  anyRunEvents: 'bakerst.runs.*',
  /** Announced by a brain that has let go of runs: whoever can takes them over at once. */
  released: 'bakerst.released',
  /** From brain to brain: something of a user has changed. */
  changes: 'bakerst.changes',
  heartbeat: (service: string, id: string): string => `bakerst.heartbeat.${service}.${id}`,
  anyHeartbeat: 'bakerst.heartbeat.*.*',
  /** Request to any brain by a worker that runs agents: which model, with which credential. */
  modelConfig: 'bakerst.config.model',
} as const;

/** Queue group of the requests that any one brain answers. */
export const BRAIN_QUEUE = 'brains';

/** Durable consumer shared by all workers of a kind. */
export function jobConsumer(type: JobType): string {
  return `workers_${type}`;
}

/** Durable consumer shared by all brains on the streams of stored results and of advisories. */
export const BRAINS_CONSUMER = 'brains';

/** Message id of one attempt of a job: the same attempt enters the queue once. */
export function jobMessageId(jobId: string, attempt: number): string {
  return `${jobId}:${attempt}`;
}
