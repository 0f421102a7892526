import {
  isDeeperThan,
  type SandboxCode,
  type SandboxEnvelope,
  SandboxLimits,
} from '@bakerst/contracts';
import { toCarriableText } from '@bakerst/kit';
import type { LogBook } from './log-book.ts';

type SandboxValue = Extract<SandboxEnvelope, { ok: true }>['value'];

/** How an execution ended, before its logs and times are added. */
export type Outcome =
  | { readonly ok: true; readonly value: SandboxValue }
  | { readonly ok: false; readonly code: SandboxCode; readonly message: string };

/** Deeper values end in a stack overflow somewhere on their way to the model. */
const RESULT_MAX_DEPTH = 200;

export function failed(code: SandboxCode, message: string): Outcome {
  // Cut first: that may leave half of a character.
  const cut = message.slice(0, SandboxLimits.messageChars);
  return { ok: false, code, message: toCarriableText(cut) };
}

/** Reads the result of an execution, as JSON text from the isolate. */
export function toValueOutcome(json: string): Outcome {
  const { resultBytes } = SandboxLimits;
  const bytes = Buffer.byteLength(json);
  if (bytes > resultBytes)
    return failed('RESULT_TOO_LARGE', `the result has ${bytes} bytes, the limit is ${resultBytes}`);
  const value = parse(json);
  // Only a child that no longer runs our program answers like this.
  if (value === undefined)
    return failed('CRASHED', 'the sandbox process answered with something else than JSON');
  if (isDeeperThan(RESULT_MAX_DEPTH, value))
    return failed(
      'RESULT_NOT_SERIALIZABLE',
      `the result is nested deeper than ${RESULT_MAX_DEPTH} levels`,
    );
  return { ok: true, value };
}

function parse(json: string): SandboxValue | undefined {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

interface Circumstances {
  readonly logs: LogBook;
  readonly toolCalls: number;
  readonly durationMs: number;
}

export function toEnvelope(
  outcome: Outcome,
  { logs, toolCalls, durationMs }: Circumstances,
): SandboxEnvelope {
  return {
    ...outcome,
    logs: [...logs.lines],
    truncated: logs.isCut,
    tool_calls: toolCalls,
    duration_ms: durationMs,
  };
}
