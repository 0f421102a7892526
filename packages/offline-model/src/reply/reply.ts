import type { Usage } from '@bakerst/contracts';
import type { ApiError } from '../api/api-error.ts';

export type StopReason =
  | 'end_turn'
  | 'max_tokens'
  | 'stop_sequence'
  | 'tool_use'
  | 'pause_turn'
  | 'refusal'
  | 'model_context_window_exceeded';

/** A block of the reply, cut into the pieces in which it is streamed. */
export type ReplyBlock =
  | { readonly type: 'text'; readonly deltas: readonly string[] }
  | { readonly type: 'thinking'; readonly deltas: readonly string[] }
  | {
      readonly type: 'tool_use';
      readonly id: string;
      readonly name: string;
      /** The input as JSON text; may be cut short, as it is at max_tokens. */
      readonly deltas: readonly string[];
    };

/** A whole reply, before it is put into one of the two wire formats. */
export interface Reply {
  readonly id: string;
  readonly model: string;
  readonly blocks: readonly ReplyBlock[];
  readonly stopReason: StopReason;
  readonly usage: Usage;
}

/** How fast a reply arrives: `firstByteMs` until the first delta, then `deltaMs` from delta to delta; 0 = at once. */
export interface Pace {
  readonly firstByteMs: number;
  readonly deltaMs: number;
}

/** What goes wrong after so many deltas of a stream. */
export type StreamFault =
  /** Nothing more comes and the connection stays open. */
  | { readonly kind: 'hang'; readonly afterDeltas: number }
  /** The connection ends in the middle of the answer. */
  | { readonly kind: 'cut'; readonly afterDeltas: number }
  /** An event whose data is not JSON, then the end. */
  | { readonly kind: 'malformed'; readonly afterDeltas: number }
  /** An `error` event, such as overloaded_error, then the end. */
  | {
      readonly kind: 'error';
      readonly afterDeltas: number;
      readonly type: string;
      readonly message: string;
    };

/** What the server does with an accepted request. */
export type Answer =
  | {
      readonly kind: 'reply';
      readonly blocks: readonly ReplyBlock[];
      readonly stopReason: StopReason;
      /** Counts that stand instead of the estimated ones. */
      readonly usage: Partial<Usage>;
      readonly pace: Pace;
      readonly fault?: StreamFault | undefined;
    }
  | { readonly kind: 'refusal'; readonly error: ApiError; readonly body?: string | undefined }
  /** Never a byte; the client must give up. */
  | { readonly kind: 'hang' };

export const AT_ONCE: Pace = { firstByteMs: 0, deltaMs: 0 };
