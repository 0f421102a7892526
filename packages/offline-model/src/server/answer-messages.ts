import type { ServerResponse } from 'node:http';
import type { MessagesRequest } from '../api/messages-request.ts';
import { parseMessagesRequest } from '../api/parse-request.ts';
import { toPromptSegments } from '../api/prompt-segments.ts';
import { countReplyTokens } from '../reply/count-tokens.ts';
import { encodeStream } from '../reply/encode-stream.ts';
import type { InputUsage, PromptCache } from '../reply/prompt-cache.ts';
import type { Answer, Reply } from '../reply/reply.ts';
import { toMessageId } from '../reply/reply-ids.ts';
import { toMessage } from '../reply/to-message.ts';
import type { ModelCatalogue } from './model-catalogue.ts';
import { playStream } from './play-stream.ts';
import { sendError, sendWhole } from './send-json.ts';

/** Decides what a request is answered; `index` counts the accepted ones from 0. */
export type Responder = (request: MessagesRequest, index: number) => Answer | Promise<Answer>;

export interface AnswerMessagesDeps {
  readonly respond: Responder;
  readonly catalogue: ModelCatalogue;
  readonly cache: PromptCache;
  nextIndex(): number;
}

type ReplyAnswer = Extract<Answer, { kind: 'reply' }>;

/** `POST /v1/messages`; throws ApiError for a body that the API refuses. */
export async function answerMessages(
  deps: AnswerMessagesDeps,
  body: unknown,
  response: ServerResponse,
): Promise<void> {
  const request = parseMessagesRequest(body);
  const segments = toPromptSegments(request.body);
  deps.catalogue.check(request.model);
  const answer = await deps.respond(request, deps.nextIndex());
  if (response.destroyed) return;
  switch (answer.kind) {
    case 'hang':
      break;
    case 'refusal':
      sendError(response, answer.error, answer.body);
      break;
    case 'reply': {
      const input = deps.cache.charge(request.model, segments);
      const reply = toReply(request, answer, input);
      sendReply(response, reply, { answer, isStream: request.stream });
      break;
    }
    default:
      answer satisfies never;
  }
}

interface Sending {
  readonly answer: ReplyAnswer;
  readonly isStream: boolean;
}

function sendReply(response: ServerResponse, reply: Reply, { answer, isStream }: Sending): void {
  if (isStream) {
    playStream(response, encodeStream(reply), answer);
    return;
  }
  const deltas = reply.blocks.reduce((sum, block) => sum + block.deltas.length, 0);
  sendWhole(response, JSON.stringify(toMessage(reply)), { ...answer, deltas });
}

function toReply(request: MessagesRequest, answer: ReplyAnswer, input: InputUsage): Reply {
  const { blocks, stopReason } = answer;
  const usage = { ...input, output_tokens: countReplyTokens(blocks), ...answer.usage };
  return { id: toMessageId(request.hash), model: request.model, blocks, stopReason, usage };
}
