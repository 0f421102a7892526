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
  mcp: 'bakerst_mcp',
} as const;

export const Subjects = {
  /** Work queue, one subject per kind of job. */
  dispatch: (type: JobType): string => `bakerst.jobs.dispatch.${type}`,
  anyDispatch: 'bakerst.jobs.dispatch.*',
  /** Request to any brain: may this attempt act? */
  start: 'bakerst.jobs.start',
  /** Request to any brain: may code make these tool calls? */
  call: 'bakerst.jobs.call',
  /** Request to any brain: store what tool calls came to. */
  called: 'bakerst.jobs.called',
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
  /** Request to any brain by a worker that speaks MCP: how to reach a server, with its secrets. */
  mcpConfig: 'bakerst.config.mcp',
  /** Request to any worker that speaks MCP: what tools has a server? */
  mcpDiscover: 'bakerst.mcp.discover',
  /** Request to any worker that speaks MCP: make this call, yourself or through its holder. */
  mcpCall: 'bakerst.mcp.call',
  /** Request to the worker that holds a server. */
  mcpCallHolder: (workerId: string): string => `bakerst.mcp.call.${workerId}`,
  anyMcpCallHolder: 'bakerst.mcp.call.*',
  mcpDiscoverHolder: (workerId: string): string => `bakerst.mcp.discover.${workerId}`,
  anyMcpDiscoverHolder: 'bakerst.mcp.discover.*',
  /** Core publish, by brains and by workers: what is known of a server is out of date. */
  mcpChanged: 'bakerst.mcp.changed',
} as const;

/** Queue group of the requests that any one brain answers. */
export const BRAIN_QUEUE = 'brains';

/** Queue group of the workers that speak MCP. */
export const MCP_QUEUE = 'mcp';

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
