import type { ModelCatalogue } from '@bakerst/agent';
import type { ModelView } from '@bakerst/contracts';
import { type ChosenModel, OFFLINE_MODEL } from './choose-model.ts';
import type { ModelChoice } from './ports.ts';

/** The models that people may choose from. */
export interface ModelChoices {
  /** The one that answers unless another one is chosen. */
  readonly usual: ModelChoice;
  readonly isOffline: boolean;
  /** Undefined for a model that cannot be chosen here. */
  find(name: string): ModelChoice | undefined;
  list(): readonly ModelView[];
}

/** Those of MODELS.json, and the one that is set at this moment; the offline model has no other beside it. */
export function createModelChoices(
  readChosen: () => ChosenModel,
  catalogue: ModelCatalogue,
): ModelChoices {
  const listed = Object.keys(catalogue.models).filter((name) => name !== OFFLINE_MODEL);
  const readNames = (): readonly string[] => {
    const { kind, choice } = readChosen();
    return kind === 'offline' ? [choice.name] : [...new Set([choice.name, ...listed])];
  };
  return {
    get usual() {
      return readChosen().choice;
    },
    get isOffline() {
      return readChosen().kind === 'offline';
    },
    find: (name) => (readNames().includes(name) ? readChosen().choose(name) : undefined),
    list() {
      const { choice, choose } = readChosen();
      return readNames().map((id) => {
        const { maxTokens, contextTokens } = choose(id);
        return {
          id,
          name: catalogue.models[id]?.name ?? id,
          context_tokens: contextTokens,
          max_tokens: maxTokens,
          is_default: id === choice.name,
        };
      });
    },
  };
}
