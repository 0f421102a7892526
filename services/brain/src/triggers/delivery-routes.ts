import { Api, type Tenant, UserId } from '@bakerst/contracts';
import { DeliveryAccepted, TriggerTestBody, TriggerTestView } from '@bakerst/contracts/schedules';
import type { Request } from 'express';
import { z } from 'zod';
import { toActionView } from '../actions/action-rules.ts';
import { readIdempotencyKey } from '../http/idempotency-key.ts';
import { parseBody, parsePath, parseQuery, readNamed } from '../http/parse-input.ts';
import { type OpenCall, type Route, type RouteCall, sendJson } from '../http/route.ts';
import { OWNER } from '../principals/principal.ts';
import { prepareDelivery } from './prepare-delivery.ts';
import { receiveDelivery } from './receive-delivery.ts';
import { takeOnce } from './take-payload.ts';
import { DeliverTo, readTrigger, type TriggerRoutesDeps } from './trigger-routes.ts';

const Path = z.object({ name: z.string().max(128) });

/** What comes in, by a trigger's own credential or to be tried. */
export function createDeliveryRoutes(deps: TriggerRoutesDeps): readonly Route[] {
  return [
    { endpoint: Api.deliverToTrigger, handleOpen: (call) => answerDeliver(deps, call) },
    { endpoint: Api.testTrigger, handle: (call) => answerTest(deps, call) },
    { endpoint: Api.compatHook, handle: (call) => answerHook(deps, call) },
  ];
}

async function answerDeliver(deps: TriggerRoutesDeps, call: OpenCall): Promise<void> {
  const { request, response, requestId } = call;
  const { name } = parsePath(Path, request.params);
  const { delivery, isKnown } = await receiveDelivery(deps, {
    tenant: readTenant(deps, request),
    name,
    body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
    header: (header) => request.get(header),
    address: request.ip ?? '',
    requestId,
  });
  response.status(isKnown ? 200 : 202);
  sendJson(response, DeliveryAccepted, { delivery_id: delivery.id, status: delivery.status });
}

/** The first user of the first org, unless the address names another one. */
function readTenant({ resolve }: TriggerRoutesDeps, request: Request): Tenant {
  const { org, user_id: user } = parseQuery(DeliverTo, request.query);
  return { org: org ?? resolve.defaultOrg, user: user ?? UserId.parse(OWNER) };
}

async function answerTest(deps: TriggerRoutesDeps, call: RouteCall): Promise<void> {
  const { org, user_id, payload, fire } = parseBody(TriggerTestBody, call.body);
  const trigger = readTrigger(deps, call, readNamed(call, { org, user_id }));
  const prepared = prepareDelivery(deps.templates, trigger, payload);
  const received = fire
    ? await takeOnce(deps, trigger, {
        payload,
        requestId: call.requestId,
        key: readIdempotencyKey(call.request),
        parts: ['trigger test', trigger.id, payload],
      })
    : undefined;
  sendJson(call.response, TriggerTestView, {
    passes: prepared.kind !== 'filtered',
    action: prepared.kind === 'fires' ? toActionView(prepared.action) : null,
    problem: prepared.kind === 'refused' ? prepared.message : null,
    delivery_id: received?.delivery.id ?? null,
  });
}

/** BK-08. */
async function answerHook(deps: TriggerRoutesDeps, call: RouteCall): Promise<void> {
  const { org, user_id, event, data } = parseBody(Api.compatHook.body, call.body);
  const trigger = readTrigger(deps, call, readNamed(call, { org, user_id }));
  const payload = data === undefined ? { event } : { event, data };
  const { delivery } = await takeOnce(deps, trigger, {
    payload,
    requestId: call.requestId,
    key: readIdempotencyKey(call.request),
    parts: ['hook', trigger.id, payload],
  });
  const result = { delivery_id: delivery.id, status: delivery.status };
  sendJson(call.response, Api.compatHook.answers[200], { ok: true, result });
}
