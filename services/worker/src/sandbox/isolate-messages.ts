import { LogLine, SandboxCode } from '@bakerst/contracts';
import { z } from 'zod';

/** How the harness is set up. The log limits lie one above the real ones, so that the worker sees what did not fit. */
export interface HarnessSettings {
  readonly startFunction: string;
  readonly logChars: number;
  readonly logLines: number;
  readonly messageChars: number;
  readonly resultChars: number;
}

/** What the harness says of the end of an execution. */
export type HarnessEnding = 'VALUE' | 'ERROR' | 'RESULT_TOO_LARGE' | 'RESULT_NOT_SERIALIZABLE';

/** First message to a child: all that it needs and cannot read for itself. */
export interface StartMessage {
  readonly type: 'start';
  /** Native module of isolated-vm. */
  readonly addonPath: string;
  /** Source of isolate-harness.ts as a JavaScript module. */
  readonly harness: string;
  readonly memoryMb: number;
  readonly settings: HarnessSettings;
}

/** What the worker tells a child. One execution at a time: after `run` the next message follows its end. */
export type ToChild =
  | StartMessage
  | { readonly type: 'strip'; readonly source: string }
  | { readonly type: 'run'; readonly script: string };

/**
 * What a child tells the worker. It is parsed like anything from outside: code that broke out of its isolate
 * would speak through this channel.
 */
export const FromChild = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  /** It cannot work on this machine; its last message. */
  z.object({ type: z.literal('refused'), reason: z.string() }),
  /** Source without its types; null when it is not TypeScript either. */
  z.object({ type: z.literal('stripped'), source: z.string().nullable() }),
  z.object({ type: z.literal('logs'), lines: z.array(LogLine) }),
  z.object({ type: z.literal('value'), json: z.string() }),
  z.object({ type: z.literal('failure'), code: SandboxCode, message: z.string() }),
]);
export type FromChild = z.infer<typeof FromChild>;
