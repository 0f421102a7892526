import { z } from 'zod';
import { Action, ActionView, FiringStatus, FiringView } from './action.ts';
import { Named, pageOf } from './api/query.ts';
import { ConversationId, FiringId, TriggerId } from './ids.ts';
import { boundedText, refusal } from './text.ts';

const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;
const MAX_CONDITIONS = 10;
const MAX_PER_MINUTE = 600;
const SECRET = /^[\x21-\x7e]{16,256}$/;

export const TriggerName = z
  .string()
  .refine((name) => NAME.test(name), {
    error: 'name must be 1 to 64 of a-z 0-9 -',
    params: refusal('INVALID_FIELD'),
  })
  .meta({ pattern: NAME.source });

/** Who sends, and how the sender shows that it may. */
export const TriggerPreset = z.enum([
  'generic',
  'github',
  'alertmanager',
  'grafana',
  'home-assistant',
  'token',
]);
export type TriggerPreset = z.infer<typeof TriggerPreset>;

const Scalar = z.union([z.string().max(1_000), z.number(), z.boolean(), z.null()]);

/** What a payload must hold at a place such as `alerts.0.status`. */
export const TriggerCondition = z.strictObject({
  path: boundedText({ name: 'path', maxChars: 200 }),
  equals: Scalar.optional(),
  in: z.array(Scalar).max(50).optional(),
  contains: z.string().max(1_000).optional(),
  exists: z.boolean().optional(),
});
export type TriggerCondition = z.infer<typeof TriggerCondition>;

/** All of them must hold; without any, everything passes. */
const filter = z.array(TriggerCondition).max(MAX_CONDITIONS);
/** Deliveries that are taken in a minute. */
const perMinute = z.int().min(1).max(MAX_PER_MINUTE);

const settings = {
  preset: TriggerPreset.default('generic'),
  filter: filter.default([]),
  action: Action,
  per_minute: perMinute.default(60),
  paused: z.boolean().default(false),
};

/** What is said of a trigger, in its file too. */
export const TriggerSettings = z.strictObject(settings);
export type TriggerSettings = z.infer<typeof TriggerSettings>;

export const NewTriggerBody = Named.extend({
  name: TriggerName,
  ...settings,
  /** One that the sender has already; without it one is made. */
  secret: z
    .string()
    .refine((secret) => SECRET.test(secret), {
      error: 'secret must be 16 to 256 printable characters without blanks',
      params: refusal('INVALID_FIELD'),
    })
    .optional(),
}).meta({ id: 'NewTrigger' });
export type NewTriggerBody = z.infer<typeof NewTriggerBody>;

/** Body of `PUT /api/v1/triggers/:name`. */
export const TriggerWrite = Named.extend(settings).meta({ id: 'TriggerWrite' });

/** Body of `PATCH /api/v1/triggers/:name`: what is left out stays as it is. */
export const TriggerPatch = Named.extend({
  preset: TriggerPreset.optional(),
  filter: filter.optional(),
  action: Action.optional(),
  per_minute: perMinute.optional(),
  paused: z.boolean().optional(),
}).meta({ id: 'TriggerPatch' });
export type TriggerPatch = z.infer<typeof TriggerPatch>;

const Time = z.iso.datetime();

export const TriggerView = z
  .object({
    id: TriggerId,
    user_id: z.string(),
    name: z.string(),
    preset: TriggerPreset,
    filter: z.array(TriggerCondition),
    action: ActionView,
    per_minute: z.int(),
    paused: z.boolean(),
    source: z.enum(['api', 'file']),
    /** Where deliveries go, behind the address of this system. */
    deliver_path: z.string(),
    conversation_id: ConversationId.nullable(),
    last: FiringView.nullable(),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: 'Trigger' });
export type TriggerView = z.infer<typeof TriggerView>;

/** A trigger with its secret, which is shown this once. */
export const TriggerWithSecret = TriggerView.extend({ secret: z.string() }).meta({
  id: 'TriggerWithSecret',
});
export type TriggerWithSecret = z.infer<typeof TriggerWithSecret>;

export const TriggerPage = pageOf(TriggerView);
export type TriggerPage = z.infer<typeof TriggerPage>;

/** A delivery, or those of a minute that were refused for the same reason: `count` says how many. */
export const DeliveryView = FiringView.extend({
  /** False for one that was refused before it was read. */
  has_payload: z.boolean(),
  replay_of: FiringId.nullable(),
}).meta({ id: 'Delivery' });
export type DeliveryView = z.infer<typeof DeliveryView>;

export const DeliveryDetail = DeliveryView.extend({
  /** What came, without secrets. */
  payload: z.json(),
}).meta({ id: 'DeliveryDetail' });
export type DeliveryDetail = z.infer<typeof DeliveryDetail>;

export const DeliveryPage = pageOf(DeliveryView);
export type DeliveryPage = z.infer<typeof DeliveryPage>;

/** 202 of a delivery; 200 for one that came before. */
export const DeliveryAccepted = z.object({ delivery_id: FiringId, status: FiringStatus });
export type DeliveryAccepted = z.infer<typeof DeliveryAccepted>;

/** Body of `POST /api/v1/triggers/:name/test`. */
export const TriggerTestBody = Named.extend({
  payload: z.json(),
  /** Not only looked at: it fires as a delivery would. */
  fire: z.boolean().default(false),
});

export const TriggerTestView = z.object({
  passes: z.boolean(),
  /** What would fire; null where nothing would. */
  action: ActionView.nullable(),
  problem: z.string().nullable(),
  delivery_id: FiringId.nullable(),
});
export type TriggerTestView = z.infer<typeof TriggerTestView>;
