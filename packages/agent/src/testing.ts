import { NO_USAGE } from '@bakerst/contracts';
import { AppError, silentLogger } from '@bakerst/kit';
import type { AgentLoopDeps, LoopBase } from './loop-deps.ts';
import type { LoopEvent } from './loop-event.ts';
import type { LoopStep } from './loop-step.ts';
import type { ModelReply, ModelRequest, ReplyBlock } from './model.ts';
import { type AgentLoopResult, runAgentLoop } from './run-agent-loop.ts';
import type { Tool } from './tool.ts';

const BASE: LoopBase = {
  model: 'big',
  maxTokens: 100,
  system: { stable: 'You are Baker.', changing: '' },
  tools: [],
  messages: [{ role: 'user', content: [{ type: 'text', text: 'hello' }] }],
};

export type Script = (request: ModelRequest, onText: (text: string) => void) => ModelReply | Error;

/** A loop with a scripted model, and everything that it did. */
export interface Stage {
  readonly requests: ModelRequest[];
  readonly steps: LoopStep[];
  readonly events: LoopEvent[];
  run(options?: {
    readonly steps?: LoopStep[];
    readonly maxTurns?: number;
  }): Promise<AgentLoopResult>;
}

export function createStage(
  script: Script,
  tools: readonly Tool[] = [],
  more: Partial<AgentLoopDeps> = {},
): Stage {
  const requests: ModelRequest[] = [];
  const steps: LoopStep[] = [];
  const events: LoopEvent[] = [];
  const deps: AgentLoopDeps = {
    model: {
      async reply(request, { onText }) {
        requests.push(request);
        const reply = script(request, onText);
        if (reply instanceof Error) throw reply;
        return reply;
      },
    },
    catalogue: {
      agent: 'big',
      small: 'small',
      models: { big: { context_tokens: 1_000, max_tokens: 100, fallback: 'small' } },
    },
    tools,
    log: silentLogger,
    async record(step, shown) {
      steps.push(step);
      events.push(...shown);
    },
    emit: (event) => events.push(event),
    ...more,
  };
  return {
    requests,
    steps,
    events,
    run: ({ steps: done = [], maxTurns = 10 } = {}) =>
      runAgentLoop(
        deps,
        { base: BASE, steps: done, maxTurns },
        { signal: new AbortController().signal },
      ),
  };
}

export function say(text: string): ModelReply {
  return { content: [{ type: 'text', text }], stopReason: 'end_turn', usage: NO_USAGE };
}

export function callTools(...names: string[]): ModelReply {
  const content = names.map(
    (name, i): ReplyBlock => ({ type: 'tool_use', id: `call-${i}`, name, input: { i } }),
  );
  return { content, stopReason: 'tool_use', usage: NO_USAGE };
}

export function stopWith(stopReason: ModelReply['stopReason'], text = 'so far'): ModelReply {
  return { content: [{ type: 'text', text }], stopReason, usage: NO_USAGE };
}

export function createTool(name: string, run: Tool['run']): Tool {
  return { definition: { name, description: name, inputSchema: {} }, run };
}

export function failure(reason: string): AppError {
  return new AppError('CLAUDE_API_ERROR', reason, { reason });
}
