import { z } from 'zod';
import { pageOf } from './api/query.ts';
import { OrgId, TokenId, UserId } from './ids.ts';
import { Preferences } from './preferences.ts';
import { boundedText, refusal } from './text.ts';

const Time = z.iso.datetime();

/** Body of `POST /api/v1/admin/orgs`. */
export const NewOrg = z.strictObject({ id: OrgId });
export type NewOrg = z.infer<typeof NewOrg>;

export const OrgView = z.object({ id: OrgId, created_at: Time }).meta({ id: 'Org' });
export type OrgView = z.infer<typeof OrgView>;

export const OrgPage = pageOf(OrgView);
export type OrgPage = z.infer<typeof OrgPage>;

/** Body of `POST /api/v1/admin/orgs/:org/users`. */
export const NewUser = z.strictObject({
  id: UserId,
  response_language: Preferences.shape.response_language.optional(),
});
export type NewUser = z.infer<typeof NewUser>;

export const UserView = z
  .object({ id: UserId, org: OrgId, response_language: z.string(), created_at: Time })
  .meta({ id: 'User' });
export type UserView = z.infer<typeof UserView>;

export const UserPage = pageOf(UserView);
export type UserPage = z.infer<typeof UserPage>;

const TokenName = boundedText({ name: 'name', maxChars: 100 })
  .transform((name) => name.trim())
  .refine((name) => name !== '', { error: 'name is empty', params: refusal('INVALID_FIELD') })
  .meta({ type: 'string', minLength: 1, maxLength: 100 });

/** Body of `POST /api/v1/admin/orgs/:org/tokens`; a `service` is bound to the org. */
export const NewToken = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('user'), user_id: UserId, name: TokenName }),
  z.strictObject({ kind: z.literal('org_admin'), name: TokenName }),
  z.strictObject({ kind: z.literal('service'), name: TokenName }),
]);
export type NewToken = z.infer<typeof NewToken>;

/** Body of `POST /api/v1/admin/tokens`: a service that may name any org. */
export const NewServiceToken = z.strictObject({ kind: z.literal('service'), name: TokenName });
export type NewServiceToken = z.infer<typeof NewServiceToken>;

/** The token itself is shown this once. */
export const TokenMade = z.object({ id: TokenId, token: z.string() });
export type TokenMade = z.infer<typeof TokenMade>;

export const TokenView = z
  .object({
    id: TokenId,
    kind: z.enum(['user', 'org_admin', 'service']),
    org: OrgId.nullable(),
    user_id: UserId.nullable(),
    name: z.string(),
    created_at: Time,
    /** To within five minutes; null for one that was never used. */
    last_used_at: Time.nullable(),
    revoked_at: Time.nullable(),
  })
  .meta({ id: 'Token' });
export type TokenView = z.infer<typeof TokenView>;

export const TokenPage = pageOf(TokenView);
export type TokenPage = z.infer<typeof TokenPage>;
