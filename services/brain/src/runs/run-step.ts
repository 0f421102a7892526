import { MessageAdded, ModelReplied, ToolAnswered, ToolCalled, TurnStarted } from '@bakerst/agent';
import { ErrorCode, RunStatus } from '@bakerst/contracts';
import { z } from 'zod';

const Hash = z.string().regex(/^[0-9a-f]{64}$/);

const MessageAccepted = z.object({ type: z.literal('message_accepted'), messageSeq: z.int() });

/** From this the request of every turn can be built again, byte for byte. */
const StoredTurnStarted = TurnStarted.extend({
  maxTokens: z.int().positive(),
  /** Hashes of stored bodies. */
  system: z.object({ stable: Hash, changing: Hash }),
  tools: Hash,
  /** Messages of the conversation that the model gets, the first and the last. */
  history: z.object({ fromSeq: z.int(), toSeq: z.int() }),
  factIds: z.array(z.string()),
  /** What the first request was thought to take; older runs have none. */
  estimatedTokens: z.int().nonnegative().optional(),
});
export type StoredTurnStarted = z.infer<typeof StoredTurnStarted>;

const Halted = z.object({
  type: z.literal('halted'),
  /** Text of the unfinished reply, as far as it was shown. */
  text: z.string(),
});

const Finished = z.object({
  type: z.literal('finished'),
  status: RunStatus,
  errorCode: ErrorCode.optional(),
  noticeCode: z.string().optional(),
});

/** Notes were made on the conversation, up to and with the turn that begins at this message. */
const Summarised = z.object({
  type: z.literal('summarised'),
  throughSeq: z.int(),
  model: z.string(),
});

/** A stored event of a run; append-only. */
export const RunStep = z.discriminatedUnion('type', [
  MessageAccepted,
  StoredTurnStarted,
  ModelReplied,
  ToolCalled,
  ToolAnswered,
  MessageAdded,
  Halted,
  Finished,
  Summarised,
]);
export type RunStep = z.infer<typeof RunStep>;
