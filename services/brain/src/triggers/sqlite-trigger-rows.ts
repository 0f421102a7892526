import { ConversationId, FiringId, OrgId, TriggerId, UserId } from '@bakerst/contracts';
import { Action, TriggerCondition, TriggerPreset } from '@bakerst/contracts/schedules';
import { z } from 'zod';
import { toFiring } from '../actions/sqlite-firing-rows.ts';
import type { Delivery, Trigger, TriggerFields } from './ports.ts';

const TriggerRow = z.object({
  seq: z.int(),
  id: TriggerId,
  org_id: OrgId,
  user_id: UserId,
  name: z.string(),
  preset: TriggerPreset,
  filter: z.string(),
  action: z.string(),
  per_minute: z.int(),
  source: z.enum(['api', 'file']),
  entry_hash: z.string().nullable(),
  conversation_id: ConversationId.nullable(),
  paused_at: z.int().nullable(),
  replay_since: z.int(),
  created_at: z.int(),
  updated_at: z.int(),
});

export function toTrigger(value: unknown): Trigger {
  const row = TriggerRow.parse(value);
  return {
    seq: row.seq,
    id: row.id,
    tenant: { org: row.org_id, user: row.user_id },
    name: row.name,
    preset: row.preset,
    filter: z.array(TriggerCondition).parse(JSON.parse(row.filter)),
    action: Action.parse(JSON.parse(row.action)),
    perMinute: row.per_minute,
    isPaused: row.paused_at !== null,
    source: row.source,
    entryHash: row.entry_hash ?? undefined,
    conversationId: row.conversation_id ?? undefined,
    replaySince: row.replay_since,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** Parameters of a statement that stores fields. */
export function toFieldsRow(fields: TriggerFields, now: number) {
  return {
    preset: fields.preset,
    filter: JSON.stringify(fields.filter),
    action: JSON.stringify(fields.action),
    perMinute: fields.perMinute,
    pausedAt: fields.isPaused ? now : null,
  };
}

const DeliveryRow = z.object({ has_payload: z.int(), replay_of: FiringId.nullable() });

export function toDelivery(value: unknown): Delivery {
  const { has_payload: hasPayload, replay_of: replayOf } = DeliveryRow.parse(value);
  return { ...toFiring(value), hasPayload: hasPayload === 1, replayOf: replayOf ?? undefined };
}
