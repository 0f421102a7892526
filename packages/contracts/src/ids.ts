import { z } from 'zod';
import { refusal } from './text.ts';

const TENANT_ID = /^[A-Za-z0-9._@:+-]{1,128}$/;
const TENANT_RULE = 'must be 1 to 128 of A-Z a-z 0-9 . _ @ : + -';

function tenantId(name: string) {
  return z
    .string({ error: `${name} must be a string` })
    .refine((id) => TENANT_ID.test(id), {
      error: `${name} ${TENANT_RULE}`,
      params: refusal('INVALID_FIELD'),
    })
    .meta({ pattern: TENANT_ID.source });
}

export const OrgId = tenantId('org').brand('OrgId');
export type OrgId = z.infer<typeof OrgId>;

export const UserId = tenantId('user_id').brand('UserId');
export type UserId = z.infer<typeof UserId>;

/** An id that bakerst made itself; text of any other form names nothing and is answered with 404. */
export const MadeId = z.uuid();

export const RunId = MadeId.brand('RunId');
export type RunId = z.infer<typeof RunId>;

export const JobId = MadeId.brand('JobId');
export type JobId = z.infer<typeof JobId>;

export const ConversationId = MadeId.brand('ConversationId');
export type ConversationId = z.infer<typeof ConversationId>;

export const AttachmentId = MadeId.brand('AttachmentId');
export type AttachmentId = z.infer<typeof AttachmentId>;

export const FactId = MadeId.brand('FactId');
export type FactId = z.infer<typeof FactId>;

export const TokenId = MadeId.brand('TokenId');
export type TokenId = z.infer<typeof TokenId>;

export const SessionId = MadeId.brand('SessionId');
export type SessionId = z.infer<typeof SessionId>;

export const ScheduleId = MadeId.brand('ScheduleId');
export type ScheduleId = z.infer<typeof ScheduleId>;

export const TriggerId = MadeId.brand('TriggerId');
export type TriggerId = z.infer<typeof TriggerId>;

/** One time that a schedule or a trigger fires. */
export const FiringId = MadeId.brand('FiringId');
export type FiringId = z.infer<typeof FiringId>;

/** Whose data a store may touch: the first argument of every store method. */
export interface Tenant {
  readonly org: OrgId;
  readonly user: UserId;
}
