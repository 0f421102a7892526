import {
  countTurns,
  type MessagesRequest,
  type ScriptReply,
  textReply,
  toolReply,
} from '@bakerst/offline-model';
import { parseSay, type SayOrder, type Shape, TRIVIAL_CODE, Words } from '../../load/words.ts';
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

const ITEM_WORDS = 12;
const ROW_CELLS = 5;
const TABLE_HEAD = `${'| due '.repeat(ROW_CELLS)}|\n${'|---'.repeat(ROW_CELLS)}|\n`;

/** How a text of many deltas looks. */
const SHAPES: Readonly<Record<Shape, (words: string, place: number) => string>> = {
  prose: (words) => words,
  list: (words, place) => (place % ITEM_WORDS === 0 ? `\n- **due** ${words}` : words),
  table: (words, place) =>
    `${place === 0 ? TABLE_HEAD : ''}| ${words}${place % ROW_CELLS === ROW_CELLS - 1 ? '|\n' : ''}`,
};

/** Each delta holds the moment at which it is due to leave, so that its reader knows how late it comes. */
function say({ deltas, deltaMs, shape }: SayOrder): ScriptReply {
  const startedAt = machineMs();
  const texts = Array.from({ length: deltas }, (_, i) =>
    SHAPES[shape](`${(startedAt + i * deltaMs).toFixed(3)} `, i),
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
