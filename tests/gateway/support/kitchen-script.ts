import {
  countTurns,
  type MessagesRequest,
  type ScriptFunction,
  type ScriptReply,
  textReply,
  toolReply,
} from '@bakerst/offline-model';

/** A model that does what it is told; a message with "slowly" is answered once its gate is opened. */
export interface Kitchen {
  readonly script: ScriptFunction;
  /** Answers whatever waits, and all that comes from now on. */
  open(): void;
}

export function createKitchen(): Kitchen {
  let isOpen = false;
  const gates: (() => void)[] = [];
  return {
    open() {
      isOpen = true;
      for (const open of gates) open();
    },
    async script(request) {
      const said = saidLast(request);
      if (said.includes('slowly') && !isOpen) await new Promise<void>((open) => gates.push(open));
      return answer(said, request);
    },
  };
}

function answer(said: string, request: MessagesRequest): ScriptReply {
  if (said.includes('code'))
    return countTurns(request) === 0
      ? toolReply('execute_code', { code: 'return 17 * 23' })
      : textReply(`The code says ${toolAnswer(request)}.`);
  if (said.includes('5,000')) return textReply([LONG_ANSWER]);
  if (said.includes('24,000')) return textReply([LONGEST_ANSWER]);
  return textReply(`answer to ${said}`);
}

function saidLast({ messages }: MessagesRequest): string {
  const blocks = messages
    .filter(({ role }) => role === 'user')
    .flatMap((message) => message.blocks);
  const text = blocks.findLast((block) => block.type === 'text');
  return text?.type === 'text' ? text.text : '';
}

function toolAnswer({ messages }: MessagesRequest): string {
  const block = messages
    .flatMap(({ blocks }) => blocks)
    .findLast(({ type }) => type === 'tool_result');
  return block?.type === 'tool_result' ? (/391/.exec(block.text)?.[0] ?? block.text) : 'nothing';
}

const PARAGRAPH = 'שלום עולם, **this** is about bread 🥖 and <flour> & salt. '.repeat(14);
const CODE = `\`\`\`js\n${'const loaf = bake("🍞") && cool;\n'.repeat(40)}\`\`\``;

/** Of some 5,000 characters: text in two directions, emoji, code. */
export const LONG_ANSWER = [
  PARAGRAPH,
  PARAGRAPH,
  CODE,
  PARAGRAPH,
  PARAGRAPH,
  PARAGRAPH,
  '**end**',
].join('\n\n');

export const LONGEST_ANSWER = Array.from(
  { length: 240 },
  (_, i) => `Line ${i} ${'of the answer '.repeat(7)}`,
).join('\n');
