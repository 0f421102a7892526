import type { MessagesRequest } from '../api/messages-request.ts';
import { capReply } from '../reply/cap-reply.ts';
import { type Answer, AT_ONCE, type Pace, type ReplyBlock } from '../reply/reply.ts';
import { toToolUseId } from '../reply/reply-ids.ts';
import { splitJson, splitText } from '../reply/split-text.ts';
import type { Responder } from '../server/answer-messages.ts';
import {
  type ModelServer,
  type ModelServerOptions,
  openModelServer,
} from '../server/open-model-server.ts';
import { answerOffline } from './answer-offline.ts';
import type { RuleAnswer } from './rule.ts';

export interface OfflineModelOptions extends ModelServerOptions {
  /** How fast replies arrive; at once unless told otherwise. */
  readonly pace?: Pace;
}

/** Serves the rule-based model. The same request always gets the same content. */
export function openOfflineModel(options: OfflineModelOptions = {}): Promise<ModelServer> {
  const { pace, ...server } = options;
  return openModelServer(createOfflineResponder(pace), server);
}

export function createOfflineResponder(pace: Pace = AT_ONCE): Responder {
  return (request) => toAnswer(request, pace);
}

function toAnswer(request: MessagesRequest, pace: Pace): Answer {
  const answer = answerOffline(request);
  const blocks = toBlocks(answer, request.hash);
  const stopReason = answer.kind === 'call' ? 'tool_use' : 'end_turn';
  return { kind: 'reply', ...capReply({ blocks, stopReason }, request.maxTokens), usage: {}, pace };
}

function toBlocks(answer: RuleAnswer, hash: string): readonly ReplyBlock[] {
  if (answer.kind === 'say') return [{ type: 'text', deltas: splitText(answer.text) }];
  return answer.calls.map(({ name, input }, place) => ({
    type: 'tool_use',
    id: toToolUseId(hash, place),
    name,
    deltas: splitJson(JSON.stringify(input)),
  }));
}
