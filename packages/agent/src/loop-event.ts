import type { ToolAnswer } from './tool.ts';

/** What a listener of the loop sees, in order. */
export type LoopEvent =
  /** A piece of text for the reader. */
  | { readonly type: 'text'; readonly text: string }
  /** Text since the last stored step is void: the reply is asked for again. */
  | { readonly type: 'rewind' }
  | { readonly type: 'tools_started'; readonly count: number }
  | {
      readonly type: 'tool_called';
      readonly id: string;
      readonly name: string;
      readonly input: unknown;
    }
  | {
      readonly type: 'tool_answered';
      readonly id: string;
      readonly name: string;
      readonly answer: ToolAnswer;
    };
