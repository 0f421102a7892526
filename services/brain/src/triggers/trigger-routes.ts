import { Api, Named, OrgId, UserId } from '@bakerst/contracts';
import {
  DeliveryAccepted,
  DeliveryPage,
  DeliveryView,
  NewTriggerBody,
  TriggerPage,
  TriggerPatch,
  TriggerView,
  TriggerWithSecret,
  TriggerWrite,
} from '@bakerst/contracts/schedules';
import { AppError } from '@bakerst/kit';
import { z } from 'zod';
import type { FiringStore } from '../actions/ports.ts';
import { readIdempotencyKey } from '../http/idempotency-key.ts';
import { readCursor, toPage } from '../http/list-query.ts';
import { parseBody, parsePath, parseQuery, readNamed } from '../http/parse-input.ts';
import { type Route, type RouteCall, sendJson } from '../http/route.ts';
import { scopeOf } from '../principals/principal.ts';
import { type ResolveDeps, resolveScope, resolveTenant } from '../principals/resolve-tenant.ts';
import {
  changeTrigger,
  createTrigger,
  readTriggerFields,
  rotateSecret,
  tellTrigger,
} from './manage-triggers.ts';
import type { Delivery, Trigger } from './ports.ts';
import type { ReceiveDeps } from './receive-delivery.ts';
import { replayDelivery } from './take-payload.ts';
import { refuseFileTrigger, toDeliveryView, toTriggerView } from './trigger-view.ts';

export interface TriggerRoutesDeps extends ReceiveDeps {
  readonly resolve: ResolveDeps;
  readonly firings: Pick<FiringStore, 'list'>;
}

const Path = z.object({ name: z.string().max(128) });
const DeliveryPath = Path.extend({ id: z.string() });

export function createTriggerRoutes(deps: TriggerRoutesDeps): readonly Route[] {
  return [
    { endpoint: Api.createTrigger, handle: (call) => answerCreate(deps, call) },
    {
      endpoint: Api.listTriggers,
      async handle({ request, response, principal }) {
        const { limit, cursor, ...named } = parseQuery(Api.listTriggers.query, request.query);
        const scope = resolveScope(deps.resolve, principal, named);
        const found = deps.triggers.list(scope, {
          beforeSeq: readCursor('triggers', cursor),
          limit,
        });
        const page = toPage(found, limit, {
          list: 'triggers',
          show: (trigger) => toTriggerView(deps, trigger),
          place: ({ seq }) => seq,
        });
        sendJson(response, TriggerPage, page);
      },
    },
    {
      endpoint: Api.getTrigger,
      async handle(call) {
        sendJson(call.response, TriggerView, toTriggerView(deps, readTrigger(deps, call)));
      },
    },
    { endpoint: Api.putTrigger, handle: (call) => answerPut(deps, call) },
    {
      endpoint: Api.changeTrigger,
      async handle(call) {
        const { org, user_id, ...patch } = parseBody(TriggerPatch, call.body);
        const trigger = readTrigger(deps, call, readNamed(call, { org, user_id }));
        const changed = await changeTrigger(deps, trigger, patch);
        sendJson(call.response, TriggerView, toTriggerView(deps, changed));
      },
    },
    {
      endpoint: Api.rotateTriggerSecret,
      async handle(call) {
        const trigger = readTrigger(deps, call, readNamed(call));
        const secret = await rotateSecret(deps, trigger);
        sendJson(call.response, TriggerWithSecret, { ...toTriggerView(deps, trigger), secret });
      },
    },
    {
      endpoint: Api.deleteTrigger,
      async handle(call) {
        const trigger = readTrigger(deps, call);
        refuseFileTrigger(trigger);
        await deps.triggers.remove(trigger);
        tellTrigger(deps, trigger);
        call.response.status(204).end();
      },
    },
    { endpoint: Api.listDeliveries, handle: async (call) => answerDeliveries(deps, call) },
    { endpoint: Api.getDelivery, handle: async (call) => answerDelivery(deps, call) },
    { endpoint: Api.replayDelivery, handle: (call) => answerReplay(deps, call) },
  ];
}

async function answerCreate(deps: TriggerRoutesDeps, call: RouteCall): Promise<void> {
  const body = parseBody(NewTriggerBody, call.body);
  const tenant = resolveTenant(deps.resolve, call.principal, body);
  const fields = readTriggerFields(deps, body, tenant);
  const { name, secret: given } = body;
  const wanted = { ...fields, name, secret: given, source: 'api' } as const;
  const { trigger, secret } = await createTrigger(deps, tenant, wanted);
  call.response.status(201);
  sendJson(call.response, TriggerWithSecret, { ...toTriggerView(deps, trigger), secret });
}

async function answerPut(deps: TriggerRoutesDeps, call: RouteCall): Promise<void> {
  const { org, user_id, ...settings } = parseBody(TriggerWrite, call.body);
  const trigger = readTrigger(deps, call, readNamed(call, { org, user_id }));
  refuseFileTrigger(trigger);
  const fields = readTriggerFields(deps, settings, trigger.tenant);
  const changed = await deps.triggers.change(trigger, fields);
  tellTrigger(deps, changed);
  sendJson(call.response, TriggerView, toTriggerView(deps, changed));
}

function answerDeliveries(deps: TriggerRoutesDeps, call: RouteCall): void {
  const { limit, cursor, ...named } = parseQuery(Api.listDeliveries.query, call.request.query);
  const trigger = readTrigger(deps, call, named);
  const found = deps.triggers.listDeliveries(trigger, {
    beforeSeq: readCursor('deliveries', cursor),
    limit,
  });
  const page = toPage(found, limit, {
    list: 'deliveries',
    show: toDeliveryView,
    place: ({ seq }) => seq,
  });
  sendJson(call.response, DeliveryPage, page);
}

/** The payload goes out as it is stored: it may be large, and was JSON when it came. */
function answerDelivery(deps: TriggerRoutesDeps, call: RouteCall): void {
  const trigger = readTrigger(deps, call);
  const delivery = readDelivery(deps, call, trigger);
  const shown = JSON.stringify(DeliveryView.parse(toDeliveryView(delivery)));
  const payload = deps.triggers.readPayload(trigger, delivery.id) ?? 'null';
  call.response.type('json').send(`${shown.slice(0, -1)},"payload":${payload}}`);
}

function readDelivery(deps: TriggerRoutesDeps, call: RouteCall, trigger: Trigger): Delivery {
  const { id } = parsePath(DeliveryPath, call.request.params);
  const delivery = deps.triggers.findDelivery(trigger, id);
  if (delivery !== undefined) return delivery;
  throw new AppError('NOT_FOUND', 'there is no such delivery', { reason: 'DELIVERY_NOT_FOUND' });
}

async function answerReplay(deps: TriggerRoutesDeps, call: RouteCall): Promise<void> {
  const trigger = readTrigger(deps, call, readNamed(call));
  const delivery = readDelivery(deps, call, trigger);
  const key = readIdempotencyKey(call.request);
  const replay = { delivery, key, requestId: call.requestId };
  const { delivery: made } = await replayDelivery(deps, trigger, replay);
  call.response.status(202);
  sendJson(call.response, DeliveryAccepted, { delivery_id: made.id, status: made.status });
}

/** The trigger of this name; an administrator names its user too. Throws AppError NOT_FOUND. */
export function readTrigger(
  deps: Pick<TriggerRoutesDeps, 'triggers' | 'resolve'>,
  { request, principal }: RouteCall,
  named: Named = parseQuery(Named, request.query),
): Trigger {
  const { name } = parsePath(Path, request.params);
  const tenant = resolveTenant(deps.resolve, principal, named);
  const trigger = deps.triggers.find(scopeOf(tenant), name);
  if (trigger !== undefined) return trigger;
  throw new AppError('NOT_FOUND', 'there is no such trigger', { reason: 'TRIGGER_NOT_FOUND' });
}

/** Whose trigger a delivery means. */
export const DeliverTo = z.strictObject({ org: OrgId.optional(), user_id: UserId.optional() });
