import type { RunStepPage } from '@bakerst/contracts';
import type { Part, ToolPart } from '../live/run-screen.ts';

type Step = RunStepPage['data'][number];

interface Block {
  readonly type: string;
  readonly id?: string;
  readonly name?: string;
  readonly input?: unknown;
  readonly text?: string;
}

/** What a finished run has shown, with its tool calls and how long each took, from its stored steps. */
export function toStoredParts(steps: readonly Step[]): readonly Part[] {
  const parts: Part[] = [];
  let calls: readonly Block[] = [];
  for (const { type, payload, at, seq } of steps) {
    if (type === 'model_replied') {
      const blocks = readBlocks(payload);
      calls = blocks.filter((block) => block.type === 'tool_use');
      addText(parts, blocks, seq);
    } else if (type === 'tool_called') {
      const call = calls[Number(payload['index'])];
      if (call?.id !== undefined)
        parts.push({
          kind: 'tool',
          key: call.id,
          tool: call.name ?? '',
          input: call.input,
          startedAt: Date.parse(at),
        });
    } else if (type === 'tool_answered') {
      answer(parts, calls[Number(payload['index'])]?.id, { payload, at });
    } else if (type === 'message_added') {
      parts.push({ kind: 'steered', key: `steered-${seq}`, text: String(payload['text']) });
    } else if (type === 'halted' && payload['text'] !== '') {
      parts.push({ kind: 'text', key: `text-${seq}`, text: String(payload['text']) });
    }
  }
  return parts;
}

function readBlocks(payload: Step['payload']): readonly Block[] {
  const reply = payload['reply'];
  if (typeof reply !== 'object' || reply === null || Array.isArray(reply)) return [];
  const content = reply['content'];
  return Array.isArray(content) ? content.filter(isBlock) : [];
}

function isBlock(value: unknown): value is Block {
  return typeof value === 'object' && value !== null && 'type' in value;
}

function addText(parts: Part[], blocks: readonly Block[], seq: number): void {
  const text = blocks
    .filter((block) => block.type === 'text')
    .map((block) => block.text ?? '')
    .join('\n\n');
  if (text.trim() !== '') parts.push({ kind: 'text', key: `text-${seq}`, text });
}

function answer(
  parts: Part[],
  id: string | undefined,
  { payload, at }: Pick<Step, 'payload' | 'at'>,
): void {
  const place = parts.findIndex((part) => part.kind === 'tool' && part.key === id);
  const part = parts[place];
  if (part?.kind !== 'tool') return;
  parts[place] = {
    ...part,
    answer: { text: String(payload['text']), isError: payload['isError'] === true },
    durationMs: Date.parse(at) - (part.startedAt ?? Date.parse(at)),
  } satisfies ToolPart;
}
