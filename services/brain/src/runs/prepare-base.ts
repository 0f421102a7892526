import { createHash } from 'node:crypto';
import {
  type LoopBase,
  type ModelMessage,
  type SystemPrompt,
  ToolDefinition,
} from '@bakerst/agent';
import { z } from 'zod';
import type { AttachmentLister } from '../attachments/ports.ts';
import { estimateTokens, toAttachedBlocks } from '../attachments/to-attached-blocks.ts';
import type { MessageStore, TenantSettings } from '../conversations/ports.ts';
import type { Toolbox } from '../mcp/toolbox.ts';
import { describeFacts } from '../memory/describe-facts.ts';
import type { Fact } from '../memory/ports.ts';
import type { Prompts } from '../prompts/ports.ts';
import type { Body, RunStore } from './ports.ts';
import type { Run, StoredStep } from './run.ts';
import type { StoredTurnStarted } from './run-step.ts';

type Turns = ReturnType<MessageStore['listTurns']>;

/** Stands for an answer without text: the model's API refuses empty messages. */
const NO_TEXT = '(no response)';
/** Nobody has chosen it: the model answers in the language of the message. */
const DEFAULT_LANGUAGE = 'en';
/** Characters that a token takes on average, for want of a count. */
const CHARS_PER_TOKEN = 4;

export interface PrepareBaseDeps {
  readonly store: Pick<RunStore, 'findBody'>;
  readonly messages: MessageStore;
  readonly attachments: AttachmentLister;
  readonly settings: TenantSettings;
  readonly prompts: Prompts;
  readonly model: ModelChoice;
  /** What new runs tell the model of its tools, apart from those by which it gets at MCP tools. */
  readonly tools: readonly ToolDefinition[];
  readonly toolbox: Toolbox;
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

/** What is known of a run before its first request. */
export interface GivenRun {
  readonly steps: readonly StoredStep[];
  /** Facts that may matter for its message; of a run that has begun they are on record. */
  readonly recalled: readonly Fact[];
}

/**
 * What every request of the run is built from. For a run that has begun it is read back from its first turn,
 * so that a continued run asks byte for byte what an undisturbed one would have asked.
 */
export function prepareBase(
  deps: PrepareBaseDeps,
  run: Run,
  { steps, recalled }: GivenRun,
): PreparedBase {
  const begun = steps.map(({ step }) => step).find((step) => step.type === 'turn_started');
  return begun === undefined ? buildBase(deps, run, recalled) : restoreBase(deps, run, begun);
}

/** The first turn of a run, as it is stored. */
export function toFirstTurn({ base, stored }: PreparedBase): StoredTurnStarted {
  return { type: 'turn_started', turn: 1, model: base.model, ...stored };
}

function buildBase(deps: PrepareBaseDeps, run: Run, recalled: readonly Fact[]): PreparedBase {
  const { org } = run.tenant;
  const tools = [...deps.tools, ...deps.toolbox.listDefinitions(org)];
  const { maxHistoryLlm } = deps.settings.readSettings(org);
  const turns = deps.messages.listTurns(run.conversationId, run.messageSeq, maxHistoryLlm);
  const attached = deps.attachments.listOf(run.conversationId, toSpan(run, turns));
  const fitting = fittingTurns(turns, attached, deps.model.historyTokens);
  const fromSeq = fitting[0]?.seq ?? run.messageSeq;
  const system: SystemPrompt = {
    // Tools of an org change seldom: what is said of them belongs to what is kept in the prompt cache.
    stable: `${deps.prompts.readSystemPrompt()}\n\n${deps.toolbox.describe(org)}`,
    changing: [
      describeMoment(run, deps.settings.readLanguage(org, run.tenant.user)),
      describeFacts(recalled),
    ]
      .filter((part) => part !== '')
      .join('\n\n'),
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
      messages: toMessages(deps, run, fitting),
    },
    stored: {
      maxTokens: deps.model.maxTokens,
      system: { stable: stable.hash, changing: changing.hash },
      tools: definitions.hash,
      history: { fromSeq, toSeq: run.messageSeq },
      factIds: recalled.map(({ id }) => id),
    },
    bodies: [stable, changing, definitions],
  };
}

/** What the model is told that is not the same for every run. */
function describeMoment({ createdAt }: Run, language: string): string {
  const day = `The conversation takes place on ${new Date(createdAt).toDateString()}.`;
  if (language === DEFAULT_LANGUAGE) return day;
  return `${day} The person wants answers in the language "${language}" (ISO 639-1) unless they ask for another one.`;
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

type Attached = ReturnType<AttachmentLister['listOf']>;

/** The newest turns that fit together, oldest first. */
function fittingTurns(turns: Turns, attached: Attached, tokens: number): Turns {
  let left = tokens;
  const tooOld = turns.findLastIndex(({ seq, message, answer }) => {
    left -= (message.length + answer.length) / CHARS_PER_TOKEN;
    for (const file of attached.get(seq) ?? []) left -= estimateTokens(file);
    return left < 0;
  });
  return turns.slice(tooOld + 1);
}

/** From the first of these turns to the message of the run. */
function toSpan({ messageSeq }: Run, turns: Turns) {
  return { fromSeq: turns[0]?.seq ?? messageSeq, toSeq: messageSeq };
}

/** Earlier runs of a conversation have all ended, and what they said never changes: the same range gives the same messages. */
function readMessages(deps: PrepareBaseDeps, run: Run, fromSeq: number): ModelMessage[] {
  const { conversationId, messageSeq } = run;
  const turns = deps.messages
    .listTurns(conversationId, messageSeq, messageSeq - fromSeq)
    .filter(({ seq }) => seq >= fromSeq);
  return toMessages(deps, run, turns);
}

function toMessages(deps: PrepareBaseDeps, run: Run, turns: Turns): ModelMessage[] {
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
