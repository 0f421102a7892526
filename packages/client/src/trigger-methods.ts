import { Api } from '@bakerst/contracts';
import type {
  DeliveryAccepted,
  DeliveryDetail,
  DeliveryPage,
  NewTriggerBody,
  TriggerPage,
  TriggerPatch,
  TriggerTestBody,
  TriggerTestView,
  TriggerView,
  TriggerWithSecret,
  TriggerWrite,
} from '@bakerst/contracts/schedules';
import type { z } from 'zod';
import type { Call, CallOptions } from './create-call.ts';
import type { NamedUser, PageQuery } from './named.ts';

/** What is done when somebody outside says so. */
export interface TriggerMethods {
  /** With its secret, which is shown this once. */
  createTrigger(body: z.input<typeof NewTriggerBody>): Promise<TriggerWithSecret>;
  listTriggers(query?: PageQuery): Promise<TriggerPage>;
  getTrigger(name: string, named?: NamedUser): Promise<TriggerView>;
  putTrigger(name: string, body: z.input<typeof TriggerWrite>): Promise<TriggerView>;
  /** Changes, pauses or resumes it. */
  changeTrigger(name: string, patch: z.input<typeof TriggerPatch>): Promise<TriggerView>;
  rotateTriggerSecret(name: string, named?: NamedUser): Promise<TriggerWithSecret>;
  deleteTrigger(name: string, named?: NamedUser): Promise<void>;
  testTrigger(
    name: string,
    body: z.input<typeof TriggerTestBody>,
    options?: CallOptions,
  ): Promise<TriggerTestView>;
  listDeliveries(name: string, query?: PageQuery): Promise<DeliveryPage>;
  /** With what came. */
  getDelivery(name: string, id: string, named?: NamedUser): Promise<DeliveryDetail>;
  /** Delivers to a trigger that takes a token (`token`), by that instead of the client's own. */
  deliverToTrigger(
    name: string,
    payload: unknown,
    options: NamedUser & { readonly token: string },
  ): Promise<DeliveryAccepted>;
  compatHook(
    name: string,
    body: z.input<typeof Api.compatHook.body>,
  ): Promise<z.output<(typeof Api.compatHook.answers)[200]>>;
  replayDelivery(name: string, id: string, options?: CallOptions): Promise<DeliveryAccepted>;
}

export function createTriggerMethods(call: Call): TriggerMethods {
  return {
    createTrigger: (body) => call.created(Api.createTrigger, { body }),
    listTriggers: (query) => call.json(Api.listTriggers, { query: { ...query } }),
    getTrigger: (name, query) =>
      call.json(Api.getTrigger, { params: { name }, query: { ...query } }),
    putTrigger: (name, body) => call.json(Api.putTrigger, { params: { name }, body }),
    changeTrigger: (name, body) => call.json(Api.changeTrigger, { params: { name }, body }),
    rotateTriggerSecret: (name, query) =>
      call.json(Api.rotateTriggerSecret, { params: { name }, query: { ...query }, body: {} }),
    deleteTrigger: (name, query) =>
      call.nothing(Api.deleteTrigger, { params: { name }, query: { ...query } }),
    testTrigger: (name, body, more) =>
      call.json(Api.testTrigger, { params: { name }, body, ...more }),
    listDeliveries: (name, query) =>
      call.json(Api.listDeliveries, { params: { name }, query: { ...query } }),
    getDelivery: (name, id, query) =>
      call.json(Api.getDelivery, { params: { name, id }, query: { ...query } }),
    deliverToTrigger: (name, body, { token, ...query }) =>
      call.either(Api.deliverToTrigger, { params: { name }, query: { ...query }, body, token }),
    compatHook: (name, body) => call.json(Api.compatHook, { params: { name }, body }),
    replayDelivery: (name, id, more) =>
      call.accepted(Api.replayDelivery, { params: { name, id }, body: {}, ...more }),
  };
}
