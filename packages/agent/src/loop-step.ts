import { z } from 'zod';
import { ModelReply } from './model.ts';

export const TurnStarted = z.object({
  type: z.literal('turn_started'),
  turn: z.int().positive(),
  model: z.string(),
});

export const ModelReplied = z.object({
  type: z.literal('model_replied'),
  turn: z.int().positive(),
  model: z.string(),
  reply: ModelReply,
});

export const ToolCalled = z.object({
  type: z.literal('tool_called'),
  turn: z.int().positive(),
  index: z.int().nonnegative(),
  name: z.string(),
});

export const ToolAnswered = z.object({
  type: z.literal('tool_answered'),
  turn: z.int().positive(),
  index: z.int().nonnegative(),
  text: z.string(),
  isError: z.boolean(),
});

/** Something a person said while the run was on; the model gets it with the request of this turn. */
export const MessageAdded = z.object({
  type: z.literal('message_added'),
  turn: z.int().positive(),
  text: z.string(),
});
export type MessageAdded = z.infer<typeof MessageAdded>;

/** What the loop has done; each is stored before its consequence begins, and never done again. */
export const LoopStep = z.discriminatedUnion('type', [
  TurnStarted,
  ModelReplied,
  ToolCalled,
  ToolAnswered,
  MessageAdded,
]);
export type LoopStep = z.infer<typeof LoopStep>;
