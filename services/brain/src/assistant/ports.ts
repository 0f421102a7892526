import type { z } from 'zod';
import type { Principal } from '../principals/principal.ts';

/** Who calls a tool of the assistant, and how it hears of what takes long. */
export interface ToolCaller {
  readonly principal: Principal;
  readonly requestId: string;
  /** Aborted when the caller has gone, or this process ends; what was begun goes on. */
  readonly signal: AbortSignal;
  /** Tells that the work goes on. */
  progress(message: string): void;
}

/** A tool that the assistant offers to other programs. */
export interface AssistantTool<Schema extends z.ZodType = z.ZodType> {
  readonly name: string;
  readonly description: string;
  /** Of the arguments, an object. */
  readonly schema: Schema;
  readonly annotations: { readonly readOnlyHint: boolean; readonly idempotentHint?: boolean };
  /** Gives an object of JSON. Throws AppError for what the caller should read. */
  call(args: z.infer<Schema>, caller: ToolCaller): Promise<object>;
}
