import {
  Api,
  ModelsView,
  Named,
  type OrgId,
  OrgPromptOverrides,
  PersonasView,
  PromptOverrides,
  PromptOverridesPatch,
  PromptPreview,
  PromptPreviewQuery,
} from '@bakerst/contracts';
import { parseBody, parseQuery } from '../http/parse-input.ts';
import { type Route, type RouteCall, sendJson } from '../http/route.ts';
import type { ModelChoices } from '../models/model-choices.ts';
import { requireAdmin, requireUser } from '../principals/require-admin.ts';
import { type ResolveDeps, resolveScope, resolveTenant } from '../principals/resolve-tenant.ts';
import type { OverrideStore, PromptFiles, SlotTexts } from './ports.ts';
import { type PreviewDeps, previewPrompt } from './preview-prompt.ts';
import { resolveSlots, toTexts } from './resolve-slots.ts';

export interface PromptRoutesDeps extends PreviewDeps {
  readonly files: PromptFiles;
  readonly overrides: OverrideStore;
  readonly models: ModelChoices;
  readonly resolve: ResolveDeps;
}

/** BT-15, who answers, and what the model is told. */
export function createPromptRoutes(deps: PromptRoutesDeps): readonly Route[] {
  return [
    ...createOrgRoutes(deps),
    ...createUserRoutes(deps),
    {
      endpoint: Api.previewPrompt,
      async handle({ request, response, principal }) {
        const { persona, ...named } = parseQuery(PromptPreviewQuery, request.query);
        const tenant = resolveTenant(deps.resolve, principal, named);
        sendJson(response, PromptPreview, previewPrompt(deps, tenant, persona));
      },
    },
    {
      endpoint: Api.listPersonas,
      async handle(call) {
        checkNamed(deps, call);
        sendJson(call.response, PersonasView, {
          data: deps.files.listPersonas().map(({ name, description, model, tools }) => ({
            name,
            description: description ?? null,
            model: model ?? null,
            tools: tools === undefined ? null : [...tools],
          })),
        });
      },
    },
    {
      endpoint: Api.listModels,
      async handle(call) {
        checkNamed(deps, call);
        const { models } = deps;
        sendJson(call.response, ModelsView, {
          data: [...models.list()],
          offline: models.isOffline,
        });
      },
    },
  ];
}

function checkNamed(deps: PromptRoutesDeps, { request, principal }: RouteCall): void {
  resolveScope(deps.resolve, principal, parseQuery(Named, request.query));
}

function createOrgRoutes(deps: PromptRoutesDeps): readonly Route[] {
  const { overrides, resolve } = deps;
  const send = ({ response }: RouteCall, org: OrgId, written: SlotTexts): void => {
    const tiers = { org: written, default: deps.files.readDefaults() };
    const resolved = toTexts(resolveSlots(tiers, deps.agentName));
    sendJson(response, OrgPromptOverrides, { org, overrides: written, resolved });
  };
  return [
    {
      endpoint: Api.getOrgPrompts,
      async handle(call) {
        const org = requireAdmin(resolve.tenants, call);
        send(call, org, overrides.readOrg(org));
      },
    },
    {
      endpoint: Api.setOrgPrompts,
      async handle(call) {
        const org = requireAdmin(resolve.tenants, call);
        const patch = parseBody(PromptOverridesPatch, call.body);
        send(call, org, await overrides.changeOrg(org, patch));
      },
    },
    {
      endpoint: Api.resetOrgPrompts,
      async handle(call) {
        const org = requireAdmin(resolve.tenants, call);
        send(call, org, await overrides.changeOrg(org, 'reset'));
      },
    },
  ];
}

function createUserRoutes({ overrides, resolve }: PromptRoutesDeps): readonly Route[] {
  return [
    {
      endpoint: Api.getUserPrompts,
      async handle(call) {
        const tenant = requireUser(resolve, call);
        sendJson(call.response, PromptOverrides, overrides.readUser(tenant));
      },
    },
    {
      endpoint: Api.setUserPrompts,
      async handle(call) {
        const tenant = requireUser(resolve, call);
        const patch = parseBody(PromptOverridesPatch, call.body);
        sendJson(call.response, PromptOverrides, await overrides.changeUser(tenant, patch));
      },
    },
    {
      endpoint: Api.resetUserPrompts,
      async handle(call) {
        const tenant = requireUser(resolve, call);
        sendJson(call.response, PromptOverrides, await overrides.changeUser(tenant, 'reset'));
      },
    },
  ];
}
