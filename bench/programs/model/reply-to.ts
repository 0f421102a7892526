import {
  countTurns,
  type MessagesRequest,
  type ScriptReply,
  textReply,
  toolReply,
} from '@bakerst/offline-model';
import { parseSay, type SayOrder, TRIVIAL_CODE, Words } from '../../load/words.ts';
import { machineMs } from '../../machine-time.ts';

/** Does as it is told by the person's last words; throws for words that it does not know. */
export function replyTo(request: MessagesRequest): ScriptReply {
  const words = lastWords(request);
  const order = parseSay(words);
  if (order !== undefined) return say(order);
  if (words !== Words.runCode) throw new Error(`the bench never says "${words}"`);
  return countTurns(request) === 0
    ? toolReply('execute_code', { code: TRIVIAL_CODE })
    : textReply(['391']);
}

/** Each delta is the moment at which it is due to leave, so that its reader knows how late it comes. */
function say({ deltas, deltaMs }: SayOrder): ScriptReply {
  const startedAt = machineMs();
  const texts = Array.from(
    { length: deltas },
    (_, i) => `${(startedAt + i * deltaMs).toFixed(3)} `,
  );
  return {
    kind: 'message',
    blocks: [{ type: 'text', text: texts }],
    pace: { firstByteMs: 0, deltaMs },
  };
}

function lastWords({ messages }: MessagesRequest): string {
  for (const { role, blocks } of messages.toReversed())
    for (const block of role === 'user' ? blocks : []) if (block.type === 'text') return block.text;
  return '';
}
