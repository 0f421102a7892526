import type { ModelMessage } from '@bakerst/agent';
import type { AttachmentLister } from '../attachments/ports.ts';
import { toAttachedBlocks } from '../attachments/to-attached-blocks.ts';
import type { MessageStore } from '../conversations/ports.ts';
import type { Run } from './run.ts';

/** Stands for an answer without text: the model's API refuses empty messages. */
const NO_TEXT = '(no response)';

export type Turns = ReturnType<MessageStore['listTurns']>;

export interface ToMessagesDeps {
  readonly messages: MessageStore;
  readonly attachments: AttachmentLister;
}

/** Earlier runs of a conversation have all ended, and what they said never changes: the same range gives the same messages. */
export function readMessages(deps: ToMessagesDeps, run: Run, fromSeq: number): ModelMessage[] {
  const { conversationId, messageSeq } = run;
  const turns = deps.messages
    .listTurns(conversationId, messageSeq, messageSeq - fromSeq)
    .filter(({ seq }) => seq >= fromSeq);
  return toMessages(deps, run, turns);
}

/** These turns and the message of the run, as the model gets them; what tools did in earlier runs is not told again. */
export function toMessages(deps: ToMessagesDeps, run: Run, turns: Turns): ModelMessage[] {
  const { conversationId, messageSeq } = run;
  const message = deps.messages.readMessage(conversationId, messageSeq);
  const carried = deps.attachments.listOf(conversationId, toSpan(run, turns));
  // Messages of failed runs are not sent, and neither is what they carried.
  const sent = [...turns.map(({ seq }) => seq), messageSeq];
  const attached = toAttachedBlocks(new Map(sent.map((seq) => [seq, carried.get(seq) ?? []])));
  const say = (seq: number, text: string): ModelMessage => ({
    role: 'user',
    content: [...(attached.get(seq) ?? []), { type: 'text', text }],
  });
  return [
    ...turns.flatMap((turn): ModelMessage[] => [
      say(turn.seq, turn.message),
      { role: 'assistant', content: [{ type: 'text', text: turn.answer.trim() || NO_TEXT }] },
    ]),
    say(messageSeq, message),
  ];
}

/** From the first of these turns to the message of the run. */
export function toSpan({ messageSeq }: Run, turns: Turns) {
  return { fromSeq: turns[0]?.seq ?? messageSeq, toSeq: messageSeq };
}
