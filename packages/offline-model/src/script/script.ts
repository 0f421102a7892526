import type { Usage } from '@bakerst/contracts';
import type { MessagesRequest } from '../api/messages-request.ts';
import type { JsonObject } from '../api/narrow.ts';
import type { Pace, StopReason, StreamFault } from '../reply/reply.ts';

/** Text as a whole is streamed word by word; a list is streamed as those deltas. */
export type ScriptText = string | readonly string[];

export type ScriptBlock =
  | { readonly type: 'text'; readonly text: ScriptText }
  | { readonly type: 'thinking'; readonly thinking: ScriptText }
  | {
      readonly type: 'tool_use';
      readonly name: string;
      /** A string is JSON text sent as it stands, such as one cut short at max_tokens. */
      readonly input: JsonObject | string;
      /** Derived from the request when it is not given. */
      readonly id?: string;
    };

/** One answer of a script; also its form in a script file. */
export type ScriptReply =
  | {
      readonly kind: 'message';
      readonly blocks: readonly ScriptBlock[];
      /** tool_use when there is such a block, else end_turn. */
      readonly stopReason?: StopReason;
      /** Counts that stand instead of the estimated ones. */
      readonly usage?: Partial<Usage>;
      /** Goes before the pace of the whole script. */
      readonly pace?: Pace;
      readonly fault?: StreamFault;
    }
  | {
      readonly kind: 'refusal';
      readonly status: number;
      /** Follows from the status: 429 rate_limit_error, 529 overloaded_error, other 5xx api_error. */
      readonly type?: string;
      readonly message?: string;
      readonly headers?: Readonly<Record<string, string>>;
      /** Sent instead of Anthropic's JSON: what a proxy in between might say. */
      readonly body?: string;
    }
  /** Not even headers. */
  | { readonly kind: 'hang' };

/** Decides by what is asked; may wait for the test to let it go on. `index` counts accepted requests from 0. */
export type ScriptFunction = (
  request: MessagesRequest,
  index: number,
) => ScriptReply | Promise<ScriptReply>;

/** A list answers request after request, whoever asks. */
export type Script = readonly ScriptReply[] | ScriptFunction;

export function textReply(text: ScriptText): ScriptReply {
  return { kind: 'message', blocks: [{ type: 'text', text }] };
}

/** Calls one tool; for parallel calls give the blocks yourself. */
export function toolReply(name: string, input: JsonObject): ScriptReply {
  return { kind: 'message', blocks: [{ type: 'tool_use', name, input }] };
}

/** Answers by how far the run has come, not by who asked when: asked again, it says the same. */
export function byTurn(replies: readonly ScriptReply[]): ScriptFunction {
  return (request) => {
    const turn = countTurns(request);
    const reply = replies[turn];
    if (reply === undefined) throw new Error(`the script has no reply for turn ${turn}`);
    return reply;
  };
}

/** How many replies of the model stand behind the person's last words: 0 for a fresh question. */
export function countTurns({ messages }: MessagesRequest): number {
  const question = messages.findLastIndex(
    ({ role, blocks }) => role === 'user' && !blocks.some((block) => block.type === 'tool_result'),
  );
  return messages.slice(question + 1).filter(({ role }) => role === 'assistant').length;
}
