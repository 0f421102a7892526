import { createHash } from 'node:crypto';
import {
  type LoopBase,
  type ModelMessage,
  type SystemPrompt,
  ToolDefinition,
} from '@bakerst/agent';
import { z } from 'zod';
import type { MessageStore, TenantSettings } from '../conversations/ports.ts';
import type { Prompts } from '../prompts/ports.ts';
import type { Body, RunStore } from './ports.ts';
import type { Run, StoredStep } from './run.ts';
import type { StoredTurnStarted } from './run-step.ts';

/** Stands for an answer without text: the model's API refuses empty messages. */
const NO_TEXT = '(no response)';
/** Characters that a token takes on average, for want of a count. */
const CHARS_PER_TOKEN = 4;

export interface PrepareBaseDeps {
  readonly store: Pick<RunStore, 'findBody'>;
  readonly messages: MessageStore;
  readonly settings: TenantSettings;
  readonly prompts: Prompts;
  readonly model: ModelChoice;
}

/** The model that new runs begin with. */
export interface ModelChoice {
  readonly name: string;
  readonly maxTokens: number;
  /** Tokens of history that a request may carry. */
  readonly historyTokens: number;
}

/** A run's base with what a step stores of it. */
export interface PreparedBase {
  readonly base: LoopBase;
  readonly stored: Pick<
    StoredTurnStarted,
    'maxTokens' | 'system' | 'tools' | 'history' | 'factIds'
  >;
  readonly bodies: readonly Body[];
}

/**
 * What every request of the run is built from. For a run that has begun it is read back from its first turn,
 * so that a continued run asks byte for byte what an undisturbed one would have asked.
 */
export function prepareBase(
  deps: PrepareBaseDeps,
  { run, steps }: { readonly run: Run; readonly steps: readonly StoredStep[] },
  tools: readonly ToolDefinition[],
): PreparedBase {
  const begun = steps.map(({ step }) => step).find((step) => step.type === 'turn_started');
  return begun === undefined ? buildBase(deps, run, tools) : restoreBase(deps, run, begun);
}

function buildBase(
  deps: PrepareBaseDeps,
  run: Run,
  tools: readonly ToolDefinition[],
): PreparedBase {
  const { maxHistoryLlm } = deps.settings.readSettings(run.tenant.org);
  const turns = deps.messages.listTurns(run.conversationId, run.messageSeq, maxHistoryLlm);
  const fromSeq = firstThatFits(turns, deps.model.historyTokens) ?? run.messageSeq;
  const system: SystemPrompt = {
    stable: deps.prompts.readSystemPrompt(),
    changing: `The conversation takes place on ${new Date(run.createdAt).toDateString()}.`,
  };
  const stable = toBody(system.stable);
  const changing = toBody(system.changing);
  const definitions = toBody(JSON.stringify(tools));
  return {
    base: {
      model: deps.model.name,
      maxTokens: deps.model.maxTokens,
      system,
      tools,
      messages: readMessages(deps, run, fromSeq),
    },
    stored: {
      maxTokens: deps.model.maxTokens,
      system: { stable: stable.hash, changing: changing.hash },
      tools: definitions.hash,
      history: { fromSeq, toSeq: run.messageSeq },
      factIds: [],
    },
    bodies: [stable, changing, definitions],
  };
}

function restoreBase(deps: PrepareBaseDeps, run: Run, begun: StoredTurnStarted): PreparedBase {
  const { maxTokens, system, tools, history, factIds } = begun;
  return {
    base: {
      model: begun.model,
      maxTokens,
      system: {
        stable: deps.store.findBody(system.stable),
        changing: deps.store.findBody(system.changing),
      },
      tools: z.array(ToolDefinition).parse(JSON.parse(deps.store.findBody(tools))),
      messages: readMessages(deps, run, history.fromSeq),
    },
    stored: { maxTokens, system, tools, history, factIds },
    bodies: [],
  };
}

function toBody(content: string): Body {
  return { hash: createHash('sha256').update(content).digest('hex'), content };
}

/** Sequence number of the oldest turn that still fits, counted from the newest. */
function firstThatFits(
  turns: ReturnType<MessageStore['listTurns']>,
  tokens: number,
): number | undefined {
  let left = tokens * CHARS_PER_TOKEN;
  let first: number | undefined;
  for (const { seq, message, answer } of turns.toReversed()) {
    left -= message.length + answer.length;
    if (left < 0) break;
    first = seq;
  }
  return first;
}

/** Earlier runs of a conversation have all ended, and what they said never changes: the same range gives the same messages. */
function readMessages(deps: PrepareBaseDeps, run: Run, fromSeq: number): ModelMessage[] {
  const count = run.messageSeq - fromSeq;
  const turns = deps.messages
    .listTurns(run.conversationId, run.messageSeq, count)
    .filter(({ seq }) => seq >= fromSeq);
  const message = deps.messages.readMessage(run.conversationId, run.messageSeq);
  return [
    ...turns.flatMap((turn): ModelMessage[] => [
      { role: 'user', content: [{ type: 'text', text: turn.message }] },
      { role: 'assistant', content: [{ type: 'text', text: turn.answer.trim() || NO_TEXT }] },
    ]),
    { role: 'user', content: [{ type: 'text', text: message }] },
  ];
}
