import type { AnthropicOptions, ModelCatalogue } from '@bakerst/agent';
import type { ModelKind } from '@bakerst/contracts';
import type { ModelChoice } from './ports.ts';

/** For a model that MODELS.json does not know. */
const UNKNOWN_MAX_TOKENS = 4_096;
const UNKNOWN_CONTEXT_TOKENS = 200_000;
/** Share of the context that earlier messages may take; the rest is for the prompt, tools and the answer. */
const HISTORY_SHARE = 0.5;

/** What runs that began without any key name their model. */
export const OFFLINE_MODEL = 'bakerst-offline';

/** What the environment says of models. */
export interface ModelSettings {
  readonly apiKey: string | undefined;
  readonly authToken: string | undefined;
  readonly baseUrl: string | undefined;
  /** Where the supervisor's model answers that needs no account. */
  readonly offlineUrl: string | undefined;
  readonly name: string | undefined;
  /** Model for small work. */
  readonly smallName: string | undefined;
  readonly maxTokens: number | undefined;
}

export interface ChosenModel {
  readonly kind: ModelKind;
  readonly choice: ModelChoice;
  /** The same for a model by its name, whatever that is. */
  readonly choose: (name: string) => ModelChoice;
  /** Name of the model for small work, such as titles; none where nobody knows which one there is. */
  readonly smallName: string | undefined;
  /** The same for notes on long conversations, which the offline model can make too. */
  readonly notesName: string | undefined;
  readonly connection: AnthropicOptions;
}

/** A key or an address of one's own goes before the offline model. */
export function chooseModel(settings: ModelSettings, catalogue: ModelCatalogue): ChosenModel {
  const kind = kindOf(settings);
  const name = kind === 'offline' ? OFFLINE_MODEL : (settings.name ?? catalogue.agent);
  const smallName = settings.smallName ?? (kind === 'anthropic' ? catalogue.small : undefined);
  const choose = (model: string): ModelChoice => {
    const known = catalogue.models[model];
    const contextTokens = known?.context_tokens ?? UNKNOWN_CONTEXT_TOKENS;
    return {
      name: model,
      maxTokens: settings.maxTokens ?? known?.max_tokens ?? UNKNOWN_MAX_TOKENS,
      contextTokens,
      historyTokens: Math.floor(contextTokens * HISTORY_SHARE),
    };
  };
  return {
    kind,
    smallName,
    notesName: smallName ?? (kind === 'offline' ? OFFLINE_MODEL : undefined),
    choice: choose(name),
    choose,
    connection:
      kind === 'offline'
        ? { apiKey: 'offline', baseUrl: settings.offlineUrl }
        : {
            apiKey: settings.apiKey ?? (kind === 'custom' ? 'none' : undefined),
            authToken: settings.authToken,
            baseUrl: settings.baseUrl,
          },
  };
}

function kindOf({ apiKey, authToken, baseUrl, offlineUrl }: ModelSettings): ModelKind {
  if (baseUrl !== undefined) return 'custom';
  if (apiKey !== undefined || authToken !== undefined) return 'anthropic';
  return offlineUrl === undefined ? 'none' : 'offline';
}
