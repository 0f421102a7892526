import type { AnthropicModel, AnthropicOptions, Model, ModelCatalogue } from '@bakerst/agent';
import type { ModelAccess } from '@bakerst/contracts';
import type { Logger } from '@bakerst/kit';
import type { Secrets } from '@bakerst/kit/secrets';
import { isHideable } from '../mcp/secret-mask.ts';
import {
  type ChosenModel,
  chooseModel,
  type ModelSettings,
  OFFLINE_MODEL,
} from './choose-model.ts';
import type { ModelKeyStore } from './ports.ts';
import { type WatchedModel, watchAccess } from './watch-access.ts';

/** The model as it is to be reached at this moment: a key that is changed counts for the next call. */
export interface LiveModel extends Model {
  readonly readAccess: () => ModelAccess;
  readChosen(): ChosenModel;
  /** The key that a person has given, if it is the one in use. */
  readStoredKey(): string | undefined;
}

interface LiveModelDeps {
  /** What the environment says. */
  readonly settings: ModelSettings;
  readonly catalogue: ModelCatalogue;
  readonly keys: Pick<ModelKeyStore, 'readRevision' | 'read'>;
  readonly createModel: (connection: AnthropicOptions) => AnthropicModel;
  readonly secrets: Pick<Secrets, 'add' | 'remove'>;
  readonly log: Logger;
}

interface Reached {
  readonly revision: number;
  readonly storedKey: string | undefined;
  readonly chosen: ChosenModel;
  readonly model: WatchedModel;
}

/** Whether the environment names a credential, which goes before a key that is stored. */
export function isSetByEnvironment({ apiKey, authToken }: ModelSettings): boolean {
  return apiKey !== undefined || authToken !== undefined;
}

export function createLiveModel(deps: LiveModelDeps): LiveModel {
  const { settings, keys, secrets, createModel } = deps;
  let reached: Reached | undefined;
  const reach = (): Reached => {
    const revision = keys.readRevision();
    if (reached?.revision === revision) return reached;
    const before = reached?.storedKey;
    reached = open(deps, revision);
    // Added before the other one goes: the same key is never out of sight.
    if (isSecret(reached.storedKey)) secrets.add(reached.storedKey);
    if (isSecret(before)) secrets.remove(before);
    return reached;
  };
  // The credential is tried at the start.
  reach();
  // A run that began offline ends there.
  const offline =
    settings.offlineUrl === undefined
      ? undefined
      : createModel({ apiKey: 'offline', baseUrl: settings.offlineUrl });
  return {
    readAccess: () => reach().model.readAccess(),
    readChosen: () => reach().chosen,
    readStoredKey: () => reach().storedKey,
    reply(request, call) {
      const { model, chosen } = reach();
      const endsOffline = request.model === OFFLINE_MODEL && chosen.kind === 'anthropic';
      return (endsOffline && offline !== undefined ? offline : model).reply(request, call);
    },
  };
}

/** Servers of one's own take any word for a key, and words are not hidden. */
function isSecret(key: string | undefined): key is string {
  return key !== undefined && isHideable(key);
}

function open(deps: LiveModelDeps, revision: number): Reached {
  const { settings, catalogue, createModel, log } = deps;
  const storedKey = isSetByEnvironment(settings) ? undefined : readKey(deps);
  const apiKey = settings.apiKey ?? storedKey;
  const chosen = chooseModel({ ...settings, apiKey }, catalogue);
  const model = watchAccess({ model: createModel(chosen.connection), kind: chosen.kind, log });
  return { revision, storedKey, chosen, model };
}

/** Without the key to it a stored one is none: the assistant goes on with what it has. */
function readKey({ keys, log }: LiveModelDeps): string | undefined {
  try {
    return keys.read();
  } catch (err) {
    log.error({ err }, 'stored key of the model cannot be read, it must be given again');
    return undefined;
  }
}
