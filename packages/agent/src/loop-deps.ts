import type { Logger } from '@bakerst/kit';
import type { LoopEvent } from './loop-event.ts';
import type { LoopStep, MessageAdded } from './loop-step.ts';
import type { Model, ModelMessage, SystemPrompt, ToolDefinition } from './model.ts';
import type { ModelCatalogue } from './model-catalogue.ts';
import type { Tool } from './tool.ts';

export interface AgentLoopDeps {
  readonly model: Model;
  readonly catalogue: ModelCatalogue;
  readonly tools: readonly Tool[];
  readonly log: Logger;
  /**
   * Stores a step; `events` are shown once it is stored, and count as part of it. Steps are stored in the order of
   * the calls; after one that failed, no later one of the run is stored.
   * Throws when the run may not go on: it lost its lock, or was halted before a tool call.
   */
  record(step: LoopStep, events: readonly LoopEvent[]): Promise<void>;
  /**
   * Stores, as steps of this run, what people have said to it since it began, and gives these steps; each message is
   * given once. Without it a run takes no message while it is on.
   */
  takeMessages?(turn: number): Promise<readonly MessageAdded[]>;
  /** Shows an event that belongs to no stored step yet. */
  emit(event: LoopEvent): void;
}

/** What does not change while a run lasts; every request of the run is built from it. */
export interface LoopBase {
  readonly model: string;
  readonly maxTokens: number;
  readonly system: SystemPrompt;
  /** What the model is told of the tools; they are found by name when they are called. */
  readonly tools: readonly ToolDefinition[];
  /** The conversation up to and with the message of this run. */
  readonly messages: readonly ModelMessage[];
}
