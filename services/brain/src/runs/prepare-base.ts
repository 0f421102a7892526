import { createHash } from 'node:crypto';
import { type LoopBase, type ModelMessage, ToolDefinition } from '@bakerst/agent';
import type { OrgId, RunId } from '@bakerst/contracts';
import type { ChannelName } from '@bakerst/contracts/channels';
import { z } from 'zod';
import { estimateText } from '../history/history-window.ts';
import type { ModelChoices } from '../models/model-choices.ts';
import type { ModelChoice } from '../models/ports.ts';
import { toSystemPrompt } from '../prompts/assemble-prompt.ts';
import { mayCallMcp, permittedTools } from '../prompts/permitted-tools.ts';
import type { Persona, PromptFiles, RecalledFact } from '../prompts/ports.ts';
import { type PromptDeps, writePrompt } from '../prompts/write-prompt.ts';
import type { Body, RunStore } from './ports.ts';
import { type ReadPastDeps, readPast } from './read-past.ts';
import type { Run, StoredStep } from './run.ts';
import type { StoredTurnStarted } from './run-step.ts';
import { readMessages, toMessages, toSpan } from './to-messages.ts';

export interface PrepareBaseDeps extends ReadPastDeps {
  readonly store: Pick<RunStore, 'findBody'>;
  readonly prompts: PromptDeps & { readonly files: PromptFiles };
  readonly models: ModelChoices;
  /** What new runs tell the model of its tools. */
  readonly listTools: (org: OrgId) => readonly ToolDefinition[];
  /** The channel on which a run's answer is read; undefined for the page. */
  readonly findChannel: (runId: RunId) => ChannelName | undefined;
}

/** Where a run stands, and what is remembered that has to do with its message. */
export interface RunStart {
  readonly steps: readonly StoredStep[];
  readonly facts: readonly RecalledFact[];
}

/** A run's base with what a step stores of it. */
export interface PreparedBase {
  readonly base: LoopBase;
  readonly stored: Pick<
    StoredTurnStarted,
    'maxTokens' | 'system' | 'tools' | 'history' | 'factIds' | 'estimatedTokens'
  >;
  readonly bodies: readonly Body[];
}

/**
 * What every request of the run is built from. For a run that has begun it is read back from its first turn,
 * so that a continued run asks byte for byte what an undisturbed one would have asked.
 */
export function prepareBase(deps: PrepareBaseDeps, run: Run, start: RunStart): PreparedBase {
  const begun = findFirstTurn(start.steps);
  return begun === undefined ? buildBase(deps, run, start.facts) : restoreBase(deps, run, begun);
}

/** The first turn among the steps of a run; undefined for one that has not begun. */
export function findFirstTurn(steps: readonly StoredStep[]): StoredTurnStarted | undefined {
  return steps.map(({ step }) => step).find((step) => step.type === 'turn_started');
}

/** The first turn of a run, as it is stored. */
export function toFirstTurn({ base, stored }: PreparedBase): StoredTurnStarted {
  return { type: 'turn_started', turn: 1, model: base.model, ...stored };
}

function buildBase(deps: PrepareBaseDeps, run: Run, facts: readonly RecalledFact[]): PreparedBase {
  const persona = findPersona(deps, run);
  const model = chooseModelFor(deps, run);
  const tools = permittedTools(deps.listTools(run.tenant.org), persona);
  const past = readPast(deps, run, model);
  const system = toSystemPrompt(
    writePrompt(deps.prompts, {
      ...past,
      tenant: run.tenant,
      persona,
      facts,
      at: run.createdAt,
      channel: deps.findChannel(run.id),
      mayCallMcp: mayCallMcp(tools),
    }),
  );
  const messages = toMessages(deps, run, past.turns);
  const stable = toBody(system.stable);
  const changing = toBody(system.changing);
  const definitions = toBody(JSON.stringify(tools));
  const bodies = [stable, changing, definitions];
  return {
    base: { model: model.name, maxTokens: model.maxTokens, system, tools, messages },
    stored: {
      maxTokens: model.maxTokens,
      system: { stable: stable.hash, changing: changing.hash },
      tools: definitions.hash,
      history: toSpan(run, past.turns),
      factIds: facts.map(({ id }) => id),
      estimatedTokens: estimateRequest({ bodies, messages, filesTokens: past.filesTokens }),
    },
    bodies,
  };
}

/** The model that answers a run's message. */
export function chooseModelFor(
  deps: Pick<PrepareBaseDeps, 'prompts' | 'models'>,
  run: Run,
): ModelChoice {
  return chooseModel(deps.models, [run.wanted.model, findPersona(deps, run)?.model]);
}

/** One that is gone since it was chosen is no reason not to answer. */
function findPersona(
  { prompts }: Pick<PrepareBaseDeps, 'prompts'>,
  { wanted }: Run,
): Persona | undefined {
  return wanted.persona === undefined ? undefined : prompts.files.findPersona(wanted.persona);
}

function chooseModel(
  { find, usual }: ModelChoices,
  wanted: readonly (string | undefined)[],
): ModelChoice {
  const found = wanted.map((name) => (name === undefined ? undefined : find(name)));
  return found.find((choice) => choice !== undefined) ?? usual;
}

interface RequestContent {
  readonly bodies: readonly Body[];
  readonly messages: readonly ModelMessage[];
  readonly filesTokens: number;
}

function estimateRequest({ bodies, messages, filesTokens }: RequestContent): number {
  const said = messages.flatMap(({ content }) =>
    content.map((block) => (block.type === 'text' ? block.text : '')),
  );
  const texts = [...bodies.map(({ content }) => content), ...said];
  return Math.ceil(texts.reduce((sum, text) => sum + estimateText(text), filesTokens));
}

function restoreBase(deps: PrepareBaseDeps, run: Run, begun: StoredTurnStarted): PreparedBase {
  const { maxTokens, system, tools, history, factIds, estimatedTokens } = begun;
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
    stored: { maxTokens, system, tools, history, factIds, estimatedTokens },
    bodies: [],
  };
}

function toBody(content: string): Body {
  return { hash: createHash('sha256').update(content).digest('hex'), content };
}
