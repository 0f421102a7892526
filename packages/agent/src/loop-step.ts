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

/** What the loop has done; each is stored before its consequence begins, and never done again. */
export const LoopStep = z.discriminatedUnion('type', [
  TurnStarted,
  ModelReplied,
  ToolCalled,
  ToolAnswered,
]);
export type LoopStep = z.infer<typeof LoopStep>;
