import type { AnthropicModel, Model } from '@bakerst/agent';
import type { ModelAccess, ModelKind } from '@bakerst/contracts';
import { AppError, type Logger } from '@bakerst/kit';

export interface WatchedModel extends Model {
  /** What the model said to the credential at the last look. */
  readAccess(): ModelAccess;
}

interface WatchDeps {
  readonly model: AnthropicModel;
  readonly kind: ModelKind;
  readonly log: Logger;
}

/** Remembers whether the credential is good: asked once at the start, then seen from every call. */
export function watchAccess({ model, kind, log }: WatchDeps): WatchedModel {
  let access: ModelAccess = 'unknown';
  const note = (seen: ModelAccess): void => {
    if (seen === 'refused' && access !== 'refused') log.error({ kind }, 'model refused the key');
    if (seen !== 'unknown') access = seen;
  };
  if (kind !== 'none') void model.probe().then(note);
  return {
    readAccess: () => access,
    async reply(request, call) {
      if (kind === 'none') throw noModel();
      try {
        const reply = await model.reply(request, call);
        note('ok');
        return reply;
      } catch (err) {
        if (err instanceof AppError && err.reason === 'MODEL_KEY_REFUSED') note('refused');
        throw err;
      }
    },
  };
}

function noModel(): AppError {
  return new AppError(
    'CLAUDE_API_ERROR',
    'there is no model: give a key on the page, or set ANTHROPIC_API_KEY, or ANTHROPIC_BASE_URL for a model of your own',
    { reason: 'MODEL_MISSING' },
  );
}
