import type { RunStepPage } from '@bakerst/contracts';
import { z } from 'zod';
import type { Part, ToolPart } from '../live/run-screen.ts';

type Step = RunStepPage['data'][number];

const Block = z.object({
  type: z.string(),
  id: z.string().optional(),
  name: z.string().optional(),
  input: z.unknown().optional(),
  text: z.string().optional(),
});
type Block = z.infer<typeof Block>;

/** What a finished run has shown, with its tool calls and how long each took, from its stored steps. */
export function toStoredParts(steps: readonly Step[]): readonly Part[] {
  const parts: Part[] = [];
  let calls: readonly Block[] = [];
  for (const step of steps) {
    if (step.type === 'model_replied') {
      const blocks = readBlocks(step.payload);
      calls = blocks.filter((block) => block.type === 'tool_use');
      addText(parts, blocks, step.seq);
    } else addStep(parts, step, calls[Number(step.payload['index'])]);
  }
  return parts;
}

function addStep(parts: Part[], step: Step, call: Block | undefined): void {
  const { type, payload, at, seq } = step;
  const text = String(payload['text']);
  if (type === 'tool_called' && call?.id !== undefined)
    parts.push({
      kind: 'tool',
      key: call.id,
      tool: call.name ?? '',
      input: call.input,
      startedAt: Date.parse(at),
    });
  if (type === 'tool_answered') answer(parts, call?.id, step);
  if (type === 'message_added') parts.push({ kind: 'steered', key: `steered-${seq}`, text });
  if (type === 'halted' && text !== '') parts.push({ kind: 'text', key: `text-${seq}`, text });
}

const Reply = z.object({ reply: z.object({ content: z.array(Block) }) });

function readBlocks(payload: Step['payload']): readonly Block[] {
  return Reply.safeParse(payload).data?.reply.content ?? [];
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
