import type { SandboxEnvelope } from '@bakerst/contracts';

export interface Execution {
  /** Opaque key of the tenant; executions of two tenants never share a process. */
  readonly user: string;
  /** Body of an async function in JavaScript or TypeScript. */
  readonly source: string;
  /** The request that it is for, for the log. */
  readonly requestId?: string;
  /** Wall clock from the moment the code is handed to a free process; waiting for one does not count. */
  readonly timeoutMs: number;
}

interface ExecutionCall {
  /** Aborted: the code is stopped at once and answers CANCELLED. */
  readonly signal?: AbortSignal;
}

/**
 * Runs code that nobody has read. Two executions of one user run side by side, further ones of the same user wait.
 * `run` never throws for what code does, is or leaves behind: every way to end is an envelope.
 * Disposing of the sandbox ends all its processes; what still runs or waits answers CANCELLED.
 */
export interface Sandbox extends AsyncDisposable {
  run(execution: Execution, call: ExecutionCall): Promise<SandboxEnvelope>;
}
