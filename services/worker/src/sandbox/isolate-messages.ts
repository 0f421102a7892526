import { LogLine, SandboxCode } from '@bakerst/contracts';
import { z } from 'zod';

/** How the harness is set up. The log limits lie one above the real ones, so that the worker sees what did not fit. */
export interface HarnessSettings {
  readonly startFunction: string;
  readonly logChars: number;
  readonly logLines: number;
  readonly messageChars: number;
  readonly resultChars: number;
  /** Tool calls of an execution; further ones are only counted. */
  readonly calls: number;
  /** Of one tool call, as JSON. */
  readonly argumentChars: number;
}

/** What the harness says of the end of an execution. */
export type HarnessEnding = 'VALUE' | 'ERROR' | 'RESULT_TOO_LARGE' | 'RESULT_NOT_SERIALIZABLE';

/** First message to a child: all that it needs and cannot read for itself. */
export interface StartMessage {
  readonly type: 'start';
  /** Native module of isolated-vm. */
  readonly addonPath: string;
  /** Sources of the harness as JavaScript modules, by the names under which they import each other. */
  readonly harness: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly settings: HarnessSettings;
}

/** What the worker tells a child. One execution at a time: after `run` the next message follows its end. */
export type ToChild =
  | StartMessage
  | { readonly type: 'strip'; readonly source: string }
  | { readonly type: 'run'; readonly script: string }
  /** The answer of a tool call, for code that rests: JSON text of its value, or of `{code, message}`. */
  | {
      readonly type: 'answer';
      readonly index: number;
      readonly ok: boolean;
      readonly json: string;
      readonly at: number;
    };

/** Tool calls that the code has not awaited before its end: they are not made. */
const Unmade = z.int().nonnegative().optional();

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
  /**
   * The code can do nothing more by itself: it waits for an answer. `calls` are those that it has made since it rested
   * last, as [server, tool, arguments as JSON text]; `count` is how many it has tried to make in all.
   */
  z.object({
    type: z.literal('rested'),
    count: z.int().nonnegative(),
    calls: z.array(z.tuple([z.string(), z.string(), z.string()])),
  }),
  z.object({ type: z.literal('value'), json: z.string(), unmade: Unmade }),
  z.object({
    type: z.literal('failure'),
    code: SandboxCode,
    message: z.string(),
    unmade: Unmade,
  }),
]);
export type FromChild = z.infer<typeof FromChild>;
