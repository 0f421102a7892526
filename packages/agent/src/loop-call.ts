import type { StepRecorder } from './step-recorder.ts';

/** One execution of the loop. */
export interface LoopCall {
  /** Aborted when the run must not go on; its reason is what the loop throws. */
  readonly signal: AbortSignal;
  readonly recorder: StepRecorder;
}
