import { z } from 'zod';
import { JobId } from './ids.ts';
import { ReplayClass } from './job-spec.ts';
import { McpProblem, McpServerId, McpToolName } from './mcp.ts';
import { SandboxLimits } from './sandbox.ts';

/** Which attempt of which execution speaks; as in JobStart. */
const execution = {
  jobId: JobId,
  attempt: z.int().positive(),
  baseAttempt: z.int().positive(),
  workerId: z.string(),
  requestId: z.string(),
};

const CallIndex = z
  .int()
  .nonnegative()
  .max(SandboxLimits.callsPerExecution - 1);

/** A tool call that code wants to make: the `index`-th of its execution. */
export const ToolCallAsked = z.object({
  index: CallIndex,
  server: z.string().max(128),
  tool: z.string().max(200),
  /** SHA-256 of the arguments as JSON, in hex. */
  hash: z.string().length(64),
  /** Beginning of the arguments, for the person who may have to judge the call. */
  preview: z.string().max(1_000),
});
export type ToolCallAsked = z.infer<typeof ToolCallAsked>;

/** What code gets for a call, the same in every attempt: JSON text of a value, or an error. */
export const ToolCallResult = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), json: z.string() }),
  z.object({ ok: z.literal(false), error: McpProblem }),
]);
export type ToolCallResult = z.infer<typeof ToolCallResult>;

/** A result in its place: the `order`-th that the code was handed, at the time `at` (epoch ms). */
export const PlacedResult = z.object({
  index: CallIndex,
  order: z.int().nonnegative(),
  at: z.int(),
  result: ToolCallResult,
  /** Calls that the server made behind this one. */
  downstream: z.int().nonnegative().optional(),
});
export type PlacedResult = z.infer<typeof PlacedResult>;

const Results = z.array(PlacedResult).max(SandboxLimits.callsPerExecution);

/** A worker asks before it makes the calls that code has made together (subject `bakerst.jobs.call`). */
export const ToolCallsAsk = z.object({
  ...execution,
  calls: z.array(ToolCallAsked).min(1).max(SandboxLimits.callsPerExecution),
  /** What earlier calls came to and no brain has been told yet: stored before anything else is decided. */
  results: Results,
});
export type ToolCallsAsk = z.infer<typeof ToolCallsAsk>;

/** For each call: make it, take the result that it had, or hand the code an error. */
export const ToolCallVerdict = z.discriminatedUnion('answer', [
  z.object({
    answer: z.literal('go'),
    /** As the server and its tool spell themselves. */
    server: McpServerId,
    tool: McpToolName,
    revision: z.int().nonnegative(),
    replay: ReplayClass,
  }),
  z.object({ answer: z.literal('recorded'), recorded: PlacedResult }),
  z.object({ answer: z.literal('refused'), error: McpProblem }),
]);
export type ToolCallVerdict = z.infer<typeof ToolCallVerdict>;

/**
 * `decided`: verdicts for the calls in their order; for the first ones only where recorded answers are too large for one
 * message, and the rest is to be asked for again. `stop`: the execution does not go on; `REPLAY_DIVERGED` when
 * the code made another call than before, else the job has been dealt with.
 */
export const ToolCallsAnswer = z.discriminatedUnion('answer', [
  z.object({ answer: z.literal('decided'), verdicts: z.array(ToolCallVerdict) }),
  z.object({ answer: z.literal('stop'), code: z.string(), message: z.string() }),
]);
export type ToolCallsAnswer = z.infer<typeof ToolCallsAnswer>;

/** What calls came to, in the order in which the code was handed the answers (subject `bakerst.jobs.called`). */
export const ToolCallsDone = z.object({
  ...execution,
  results: Results,
});
export type ToolCallsDone = z.infer<typeof ToolCallsDone>;

/** False: the attempt no longer counts, and the execution is to end. */
export const ToolCallsNoted = z.object({ noted: z.boolean() });
export type ToolCallsNoted = z.infer<typeof ToolCallsNoted>;
