import { type SandboxEnvelope, SandboxLimits, Source } from '@bakerst/contracts';
import { limitOutput } from '@bakerst/kit';
import { z } from 'zod';
import type { ToolDefinition } from './model.ts';
import { failedAnswer, type ToolAnswer } from './tool.ts';

/** Longest answer of a tool that the model gets. */
export const TOOL_ANSWER_CHARS = 32_768;
const QUOTED_CHARS = 100;

export const ExecuteCodeInput = z.object({ code: Source });

/** What the model is told of the tool that runs code in a sandbox. */
export const EXECUTE_CODE: ToolDefinition = {
  name: 'execute_code',
  description: [
    'Runs JavaScript (or TypeScript) in a sandbox and returns its value and console output.',
    'Use it for every calculation and for work on data: do not compute in your head.',
    'The value is what the code returns, or its last expression. `await` works at the top level.',
    'There is no network, no file system, no import, no timer, and nothing stays between two executions.',
    `Limits: ${SandboxLimits.wallMs / 1_000} seconds, ${SandboxLimits.memoryMb} MB.`,
  ].join(' '),
  inputSchema: {
    type: 'object',
    properties: { code: { type: 'string', description: 'The source, at most 64 KiB.' } },
    required: ['code'],
    additionalProperties: false,
  },
};

/** Nothing that differs between two executions of the same code (times, ids) reaches the model. */
export function toCodeAnswer(envelope: SandboxEnvelope): ToolAnswer {
  const { ok, logs, truncated } = envelope;
  const text = JSON.stringify({
    ok,
    ...(envelope.ok
      ? { value: envelope.value }
      : { code: envelope.code, message: envelope.message }),
    ...(logs.length > 0 && { logs: logs.map(({ level, message }) => `${level}: ${message}`) }),
    ...(truncated && { truncated }),
  });
  return { text: limitOutput(text, { maxChars: TOOL_ANSWER_CHARS }), isError: !ok };
}

/** Tells the model what is wrong with its arguments. */
export function refuseInput(input: unknown, error: z.ZodError): ToolAnswer {
  const quoted = limitOutput(JSON.stringify(input) ?? '', { maxChars: QUOTED_CHARS });
  return failedAnswer(`${error.issues[0]?.message ?? 'bad input'}; got ${quoted}`);
}
