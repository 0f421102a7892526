import { McpMedia } from '@bakerst/contracts';
import { z } from 'zod';

/** A file that a tool's answer has brought, as it is stored with the answer. */
export const KeptMedia = z.object({
  id: z.string(),
  name: z.string(),
  media_type: z.string(),
  size: z.int(),
});
export type KeptMedia = z.infer<typeof KeptMedia>;

/** What a worker hands in for a call, as far as the brain reads it. */
export const ReceivedToolResult = z.looseObject({
  text: z.string().default(''),
  media: z.array(McpMedia),
});
export type ReceivedToolResult = z.infer<typeof ReceivedToolResult>;

/** What is stored of it. */
export const ToolResult = z.looseObject({
  text: z.string().default(''),
  structured: z.record(z.string(), z.json()).optional(),
  media: z.array(KeptMedia).default([]),
  /** Files that were left out, and why. */
  dropped: z.array(z.string()).default([]),
  downstream: z.int().nonnegative().optional(),
});
