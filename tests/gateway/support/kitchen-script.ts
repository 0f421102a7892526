import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  countTurns,
  type MessagesRequest,
  type ScriptFunction,
  type ScriptReply,
  textReply,
  toolReply,
} from '@bakerst/offline-model';
import { appendLine, makeOperatingSystem } from '../../support/operating-system.ts';

/** A model that does what it is told; a message with "slowly" is answered once its gate is opened. */
export interface Kitchen {
  /** Of brain and worker, so that things can be ordered by commands whose workers die. */
  readonly env: Readonly<Record<string, string>>;
  /** How often something was ordered. */
  orders(what: string): number;
  readonly script: ScriptFunction;
  /** Answers what waits with this word in it, and all that comes with it from now on. */
  open(word: string): void;
}

export function createKitchen(): Kitchen {
  const open = new Set<string>();
  const gates = new Set<() => void>();
  const isOpen = (said: string): boolean => [...open].some((word) => said.includes(word));
  const file = join(mkdtempSync(join(tmpdir(), 'bakerst-')), 'orders');
  return {
    env: { JOB_ACK_WAIT_MS: '1000', OPERATING_SYSTEM_DIR: makeOperatingSystem() },
    orders(what) {
      const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
      return lines.filter((line) => line === what).length;
    },
    open(word) {
      open.add(word);
      for (const look of gates) look();
    },
    async script(request) {
      const said = saidLast(request);
      if (said.includes('slowly'))
        await new Promise<void>((resolve) => {
          const look = (): void => void (isOpen(said) && resolve());
          gates.add(look);
          look();
        });
      return order(file, said, request) ?? answer(said, request);
    },
  };
}

const ORDER = /^order (\w+)$/;
/** The first time a command takes longer than its worker lives. */
const LONG_MS = 60_000;

/** What is ordered is done by a command that may not be done twice by itself. */
function order(file: string, said: string, request: MessagesRequest): ScriptReply | undefined {
  const [, what] = ORDER.exec(said) ?? [];
  if (what === undefined) return undefined;
  if (countTurns(request) > 0) return textReply(`All about the ${what}.`);
  return toolReply('dispatch_job', { type: 'command', command: appendLine(file, what, LONG_MS) });
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
