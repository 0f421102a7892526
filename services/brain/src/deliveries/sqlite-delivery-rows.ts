import { JobId, OrgId, RunId, UserId } from '@bakerst/contracts';
import {
  ChannelButton,
  type ChannelChat,
  ChannelName,
  DeliveryPart,
  DeliveryStatus,
} from '@bakerst/contracts/channels';
import { z } from 'zod';
import type { Delivery, DeliverySubject } from './delivery.ts';

const DeliveryRow = z.object({
  id: z.string(),
  channel: ChannelName,
  org_id: OrgId.nullable(),
  user_id: UserId.nullable(),
  chat_id: z.string(),
  chat_kind: z.enum(['direct', 'group']),
  thread_id: z.string().nullable(),
  reply_to: z.string().nullable(),
  run_id: RunId.nullable(),
  job_id: JobId.nullable(),
  text: z.string().nullable(),
  buttons: z.string().nullable(),
  status: DeliveryStatus,
  revision: z.int(),
  created_at: z.int(),
  parts: z.string(),
});
type DeliveryRow = z.infer<typeof DeliveryRow>;

const Parts = z.array(DeliveryPart);
const Buttons = z.array(ChannelButton);

/** SQL: a DeliveryRow for each row of `channel_delivery`. */
export const SELECT_DELIVERY = `SELECT channel_delivery.*,
    (SELECT json_group_array(json_object('index', part, 'state', state, 'message_id', message_id,
       'may_be_repeat', json(iif(may_be_repeat, 'true', 'false'))) ORDER BY part)
     FROM channel_delivery_part WHERE delivery_id = channel_delivery.id) AS parts
  FROM channel_delivery`;

export function toDelivery(value: unknown): Delivery {
  const row = DeliveryRow.parse(value);
  return {
    id: row.id,
    channel: row.channel,
    tenant:
      row.org_id === null || row.user_id === null
        ? undefined
        : { org: row.org_id, user: row.user_id },
    chat: toChat(row),
    replyTo: row.reply_to ?? undefined,
    subject: toSubject(row),
    status: row.status,
    revision: row.revision,
    parts: Parts.parse(JSON.parse(row.parts)),
    createdAt: row.created_at,
  };
}

type ChatRow = Pick<DeliveryRow, 'chat_id' | 'chat_kind' | 'thread_id'>;

function toChat({ chat_id: id, chat_kind: kind, thread_id: thread }: ChatRow): ChannelChat {
  return { id, kind, ...(thread !== null && { thread_id: thread }) };
}

function toSubject({ run_id, job_id, text, buttons }: DeliveryRow): DeliverySubject {
  if (run_id !== null) return { kind: 'run', runId: run_id };
  if (job_id !== null) return { kind: 'job', jobId: job_id };
  return { kind: 'text', text: text ?? '', buttons: Buttons.parse(JSON.parse(buttons ?? '[]')) };
}
