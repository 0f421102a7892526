import { Api, ModelSettingsView, ModelSettingsWrite, type OrgId } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import type { z } from 'zod';
import { parseBody } from '../http/parse-input.ts';
import { type Route, type RouteCall, sendJson } from '../http/route.ts';
import { isOwner } from '../principals/principal.ts';
import type { ChosenModel } from './choose-model.ts';
import type { LiveModel } from './live-model.ts';
import type { ModelKeyStore } from './ports.ts';
import { type SetModelKeyDeps, setModelKey } from './set-model-key.ts';

const HINT_CHARS = 4;

export interface ModelSettingsDeps extends SetModelKeyDeps {
  readonly keys: Pick<ModelKeyStore, 'set' | 'clear'>;
  readonly live: LiveModel;
  readonly defaultOrg: OrgId;
}

/** How the model is reached; a key goes in and never comes out again. */
export function createModelSettingsRoutes(deps: ModelSettingsDeps): readonly Route[] {
  return [
    {
      endpoint: Api.getModelSettings,
      handle: async (call) => answer(deps, call),
    },
    {
      endpoint: Api.setModelKey,
      async handle(call) {
        requireOwner(deps, call);
        await setModelKey(deps, parseBody(ModelSettingsWrite, call.body).api_key);
        answer(deps, call);
      },
    },
    {
      endpoint: Api.removeModelKey,
      async handle(call) {
        requireOwner(deps, call);
        await deps.keys.clear();
        answer(deps, call);
      },
    },
  ];
}

function requireOwner({ defaultOrg }: ModelSettingsDeps, { principal }: RouteCall): void {
  if (isOwner(principal, defaultOrg)) return;
  throw new AppError('AUTHORIZATION_ERROR', 'only the owner of the installation may do that', {
    reason: 'FORBIDDEN',
  });
}

function answer({ live }: ModelSettingsDeps, { response }: RouteCall): void {
  const chosen = live.readChosen();
  const { apiKey } = chosen.connection;
  const storedKey = live.readStoredKey();
  const mode = toMode(chosen);
  const hasKey = apiKey !== undefined && (mode === 'key' || storedKey !== undefined);
  sendJson(response, ModelSettingsView, {
    mode,
    key_hint: hasKey ? apiKey.slice(-HINT_CHARS) : null,
    source: storedKey === undefined ? 'environment' : 'stored',
    model: chosen.choice.name,
    access: live.readAccess(),
  });
}

function toMode({ kind, connection }: ChosenModel): z.input<typeof ModelSettingsView>['mode'] {
  switch (kind) {
    case 'offline':
    case 'none':
      return kind;
    case 'custom':
      return 'base_url';
    case 'anthropic':
      return connection.authToken === undefined ? 'key' : 'auth_token';
    default:
      return kind satisfies never;
  }
}
