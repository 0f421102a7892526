import { z } from 'zod';

/** Limits of one execution (design section 8). Sizes in bytes of UTF-8, times in ms. */
export const SandboxLimits = {
  wallMs: 30_000,
  memoryMb: 64,
  sourceBytes: 64 * 1024,
  logBytes: 64 * 1024,
  resultBytes: 256 * 1024,
  messageChars: 500,
  callsPerExecution: 10,
} as const;

/** Why an execution gave no value. What the code itself did is an answer, never retried. */
export const SandboxCode = z.enum([
  'ERROR',
  'SYNTAX',
  'TIMEOUT',
  'MEMORY',
  'RESULT_TOO_LARGE',
  'RESULT_NOT_SERIALIZABLE',
  'SOURCE_TOO_LARGE',
  'MCP_CALL_LIMIT_EXCEEDED',
  'REPLAY_DIVERGED',
  'CRASHED',
  'CANCELLED',
]);
export type SandboxCode = z.infer<typeof SandboxCode>;

export const LogLevel = z.enum(['log', 'info', 'warn', 'error', 'debug']);
export type LogLevel = z.infer<typeof LogLevel>;

/** One console line of the code; `timestamp` in epoch ms. */
export const LogLine = z.object({
  level: LogLevel,
  message: z.string(),
  timestamp: z.number().int(),
});
export type LogLine = z.infer<typeof LogLine>;

const outcome = {
  logs: z.array(LogLine),
  /** True when console lines were dropped because the log was full. */
  truncated: z.boolean(),
  tool_calls: z.number().int().nonnegative(),
  duration_ms: z.number().nonnegative(),
};

/** The whole answer of one execution; `value` is plain JSON, null when the code gave none. */
export const SandboxEnvelope = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.json(), ...outcome }),
  z.object({
    ok: z.literal(false),
    code: SandboxCode,
    message: z.string().max(SandboxLimits.messageChars),
    ...outcome,
  }),
]);
export type SandboxEnvelope = z.infer<typeof SandboxEnvelope>;
