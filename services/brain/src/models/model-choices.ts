import type { ModelCatalogue } from '@bakerst/agent';
import type { ModelView } from '@bakerst/contracts';
import type { ModelChoice } from '../runs/prepare-base.ts';
import { type ChosenModel, OFFLINE_MODEL } from './choose-model.ts';

/** The models that people may choose from. */
export interface ModelChoices {
  /** The one that answers unless another one is chosen. */
  readonly usual: ModelChoice;
  readonly isOffline: boolean;
  /** Undefined for a model that cannot be chosen here. */
  find(name: string): ModelChoice | undefined;
  list(): readonly ModelView[];
}

/** Those of MODELS.json, and the one that is set; the offline model has no other beside it. */
export function createModelChoices(chosen: ChosenModel, catalogue: ModelCatalogue): ModelChoices {
  const isOffline = chosen.kind === 'offline';
  const listed = Object.keys(catalogue.models).filter((name) => name !== OFFLINE_MODEL);
  const usual = chosen.choice;
  const names = isOffline ? [usual.name] : [...new Set([usual.name, ...listed])];
  return {
    usual,
    isOffline,
    find: (name) => (names.includes(name) ? chosen.choose(name) : undefined),
    list: () =>
      names.map((id) => {
        const { maxTokens, contextTokens } = chosen.choose(id);
        return {
          id,
          name: catalogue.models[id]?.name ?? id,
          context_tokens: contextTokens,
          max_tokens: maxTokens,
          is_default: id === usual.name,
        };
      }),
  };
}
