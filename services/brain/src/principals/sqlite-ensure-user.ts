/**
 * SQL that makes a user unless it is there, in the transaction that stores the first thing of theirs: a request that is
 * refused makes nobody.
 */
export const ENSURE_USER =
  'INSERT INTO user (org_id, id, created_at) VALUES (@org, @user, @now) ON CONFLICT DO NOTHING';
