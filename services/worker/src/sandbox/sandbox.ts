import type { SandboxEnvelope } from '@bakerst/contracts';

/** What makes an execution go the same way as the one before it. */
export interface Moment {
  /** Epoch ms at which the code believes to begin. */
  readonly at: number;
  /** Three parts of 32 bits, for Math.random. */
  readonly seed: readonly [number, number, number];
}

export interface Execution {
  /** Opaque key of the tenant; executions of two tenants never share a process. */
  readonly user: string;
  /** Body of an async function in JavaScript or TypeScript. */
  readonly source: string;
  /** The request that it is for, for the log. */
  readonly requestId?: string;
  /** Wall clock from the moment the code is handed to a free process; waiting for one does not count. */
  readonly timeoutMs: number;
  /** Epoch ms at which the code believes to begin; its time moves on with the answers of tools only. */
  readonly startsAt: number;
  /** Decides about its chance: the same text, the same numbers. */
  readonly chance: string;
}

/** A tool call that code has made, the `index`-th of its execution. */
export interface MadeCall {
  readonly index: number;
  /** Both as the code names them. */
  readonly server: string;
  readonly tool: string;
  /** JSON text of an object. */
  readonly json: string;
}

export interface AnsweredCall {
  readonly index: number;
  readonly ok: boolean;
  /** JSON text of the value, or of `{code, message}`. */
  readonly json: string;
  /** Epoch ms; never earlier than that of the answer before it. */
  readonly at: number;
}

/** Makes the tool calls of one execution, and decides in which order the code is handed the answers. */
export interface ToolSession {
  /** Takes the calls that the code has made since it rested last. Throws ExecutionEnded when it must not go on. */
  make(calls: readonly MadeCall[]): Promise<void>;
  /** The next answer; undefined when the code waits for none. Throws ExecutionEnded when it must not go on. */
  next(): Promise<AnsweredCall | undefined>;
}

/** Why an execution does not go on, though its code would. */
export class ExecutionEnded extends Error {
  readonly code: 'REPLAY_DIVERGED' | 'CANCELLED';

  constructor(code: ExecutionEnded['code'], message: string) {
    super(message);
    this.code = code;
  }
}

interface ExecutionCall {
  /** Aborted: the code is stopped at once and answers CANCELLED. */
  readonly signal?: AbortSignal;
  /** Without it there are no tools. */
  readonly tools?: ToolSession;
}

/**
 * Runs code that nobody has read. Two executions of one user run side by side, further ones of the same user wait.
 * `run` never throws for what code does, is or leaves behind: every way to end is an envelope.
 * Disposing of the sandbox ends all its processes; what still runs or waits answers CANCELLED.
 */
export interface Sandbox extends AsyncDisposable {
  run(execution: Execution, call: ExecutionCall): Promise<SandboxEnvelope>;
}
