import type {
  AnthropicModel,
  AnthropicOptions,
  ModelCatalogue,
  ModelRequest,
} from '@bakerst/agent';
import { AppError, type Logger } from '@bakerst/kit';
import type { Secrets } from '@bakerst/kit/secrets';
import { chooseModel, type ModelSettings } from './choose-model.ts';
import { isSetByEnvironment } from './live-model.ts';
import type { ModelKeyStore } from './ports.ts';

const PATIENCE_MS = 20_000;

export interface SetModelKeyDeps {
  readonly settings: ModelSettings;
  readonly catalogue: ModelCatalogue;
  readonly keys: Pick<ModelKeyStore, 'set'>;
  readonly createModel: (connection: AnthropicOptions) => AnthropicModel;
  readonly secrets: Pick<Secrets, 'add' | 'remove'>;
  readonly log: Logger;
}

/**
 * Keeps a key that the model's server takes. Throws AppError CONFLICT when the environment names a credential,
 * VALIDATION_ERROR, reason MODEL_KEY_REFUSED, for a key that is refused, CLAUDE_API_ERROR or TIMEOUT_ERROR when it could not be tried; then
 * nothing is kept.
 */
export async function setModelKey(deps: SetModelKeyDeps, key: string): Promise<void> {
  if (isSetByEnvironment(deps.settings))
    throw new AppError(
      'CONFLICT',
      'the environment says which key counts: take ANTHROPIC_API_KEY and ANTHROPIC_AUTH_TOKEN out of it (.env-secrets) and start again',
      { reason: 'SET_BY_ENVIRONMENT' },
    );
  // Nobody logs it on purpose.
  deps.secrets.add(key);
  try {
    await tryKey(deps, key);
    await deps.keys.set(key);
  } finally {
    deps.secrets.remove(key);
  }
  deps.log.info({}, 'key of the model changed');
}

/** One small call: the list of models, which costs nothing, or a reply of one token where there is no list. */
async function tryKey(deps: SetModelKeyDeps, key: string): Promise<void> {
  const { connection, choice } = chooseModel({ ...deps.settings, apiKey: key }, deps.catalogue);
  const model = deps.createModel(connection);
  const access = await model.probe();
  if (access === 'refused') throw keyRefused();
  if (access === 'ok') return;
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    await model.reply(toSmallRequest(choice.name), { signal, onText: () => undefined });
  } catch (err) {
    throw explain(err, signal);
  }
}

function explain(err: unknown, signal: AbortSignal): unknown {
  if (err instanceof AppError && err.reason === 'MODEL_KEY_REFUSED') return keyRefused();
  if (!signal.aborted) return err;
  return new AppError('TIMEOUT_ERROR', 'the key could not be tried: the model gave no answer', {
    reason: 'UPSTREAM_UNAVAILABLE',
    cause: err,
  });
}

function toSmallRequest(model: string): ModelRequest {
  return {
    model,
    maxTokens: 1,
    system: { stable: '', changing: '' },
    tools: [],
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
  };
}

function keyRefused(): AppError {
  return new AppError(
    'VALIDATION_ERROR',
    'the model does not take this key: copy it whole, and look whether it is still valid',
    { reason: 'MODEL_KEY_REFUSED' },
  );
}
