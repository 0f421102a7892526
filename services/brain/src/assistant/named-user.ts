import { OrgId, UserId } from '@bakerst/contracts';

/** Arguments of every tool: with a user's own token they may be left out, and must fit. */
export const NamedUser = {
  org: OrgId.optional().describe('Needed with a service token only.'),
  user_id: UserId.optional().describe('Needed with a service, admin or super token only.'),
};
