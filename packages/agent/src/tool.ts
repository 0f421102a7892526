import type { ToolDefinition } from './model.ts';

/** Where a call stands in its run; the same place is the same call, also after a restart. */
export interface ToolPlace {
  /** Turn of the run, from 1. */
  readonly turn: number;
  /** Position among the calls of that turn, from 0. */
  readonly index: number;
}

export interface ToolCall {
  readonly place: ToolPlace;
  readonly signal: AbortSignal;
  /** Resolves when the call is on record, rejects when it may not be made: nothing may take effect before. */
  readonly recorded: Promise<void>;
}

/** What the model gets to read. */
export interface ToolAnswer {
  readonly text: string;
  readonly isError: boolean;
}

/**
 * Nobody can say whether the call took effect, and it must not be made twice: the run ends here and a person is asked.
 * Once there is an answer, the same call gives it.
 */
export interface UnknownOutcome {
  readonly isUnknown: true;
  /** A sentence for the person. */
  readonly question: string;
}

/**
 * Something that the model may call. `run` must be safe to call again for the same place: after a restart it
 * finds what the first call began. Failure is an answer; it throws only the signal's reason or what ends the run.
 */
export interface Tool {
  readonly definition: ToolDefinition;
  run(input: unknown, call: ToolCall): Promise<ToolAnswer | UnknownOutcome>;
}

/** An answer that tells the model what went wrong. */
export function failedAnswer(message: string): ToolAnswer {
  return { text: JSON.stringify({ error: message }), isError: true };
}
