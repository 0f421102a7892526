import { ApiError } from '../api/api-error.ts';
import type { MessagesRequest } from '../api/messages-request.ts';
import type { Answer, Pace, ReplyBlock } from '../reply/reply.ts';
import { AT_ONCE } from '../reply/reply.ts';
import { toToolUseId } from '../reply/reply-ids.ts';
import { splitJson, splitText } from '../reply/split-text.ts';
import type { Responder } from '../server/answer-messages.ts';
import type { Script, ScriptBlock, ScriptFunction, ScriptReply, ScriptText } from './script.ts';

type ScriptMessage = Extract<ScriptReply, { kind: 'message' }>;
type ScriptRefusal = Extract<ScriptReply, { kind: 'refusal' }>;

/** Plays a script; `pace` is that of replies which name none. */
export function createScriptResponder(script: Script, pace: Pace = AT_ONCE): Responder {
  const next: ScriptFunction = typeof script === 'function' ? script : inOrder(script);
  return async (request, index) => {
    const reply = await next(request, index);
    switch (reply.kind) {
      case 'hang':
        return reply;
      case 'refusal':
        return { kind: 'refusal', error: toError(reply), body: reply.body };
      case 'message':
        return toAnswer(reply, request, pace);
      default:
        return reply satisfies never;
    }
  };
}

function inOrder(replies: readonly ScriptReply[]): ScriptFunction {
  return (_request, index) => {
    const reply = replies[index];
    if (reply === undefined) throw new Error(`the script ends after ${replies.length} replies`);
    return reply;
  };
}

function toError({ status, type, message, headers }: ScriptRefusal): ApiError {
  return new ApiError(status, message ?? `scripted status ${status}`, { type, headers });
}

function toAnswer(reply: ScriptMessage, request: MessagesRequest, pace: Pace): Answer {
  const callsTool = reply.blocks.some((block) => block.type === 'tool_use');
  return {
    kind: 'reply',
    blocks: reply.blocks.map((block, place) => toBlock(block, toToolUseId(request.hash, place))),
    stopReason: reply.stopReason ?? (callsTool ? 'tool_use' : 'end_turn'),
    usage: reply.usage ?? {},
    pace: reply.pace ?? pace,
    fault: reply.fault,
  };
}

function toBlock(block: ScriptBlock, derivedId: string): ReplyBlock {
  switch (block.type) {
    case 'text':
      return { type: 'text', deltas: toDeltas(block.text) };
    case 'thinking':
      return { type: 'thinking', deltas: toDeltas(block.thinking) };
    case 'tool_use': {
      const { type, name, input, id = derivedId } = block;
      const json = typeof input === 'string' ? input : JSON.stringify(input);
      return { type, id, name, deltas: splitJson(json) };
    }
    default:
      return block satisfies never;
  }
}

function toDeltas(text: ScriptText): readonly string[] {
  return typeof text === 'string' ? splitText(text) : text;
}
