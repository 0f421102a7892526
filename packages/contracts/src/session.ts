import { z } from 'zod';
import { Named, pageOf } from './api/query.ts';
import { OrgId, SessionId, UserId } from './ids.ts';

/** Name of the cookie that holds a session. */
export const SESSION_COOKIE = 'bakerst_session';

/** Longer than any code or token of ours. */
const CREDENTIAL_MAX_CHARS = 512;
const Time = z.iso.datetime();
const Credential = z.string().min(1).max(CREDENTIAL_MAX_CHARS);

/** Body of `POST /api/v1/sessions/links`. */
export const NewSignInLink = Named;
export type NewSignInLink = z.infer<typeof NewSignInLink>;

export const SignInLink = z.object({
  /** Behind the address of the page; the code stands in the fragment, which no server and no log is ever sent. */
  path: z.string(),
  expires_at: Time,
});
export type SignInLink = z.infer<typeof SignInLink>;

/** Body of `POST /api/v1/session`: the code of a link, or the token of a user. */
export const SignIn = z.union([
  z.strictObject({ code: Credential }),
  z.strictObject({ token: Credential }),
]);
export type SignIn = z.infer<typeof SignIn>;

/** Who is asking, as the page needs it. */
export const SessionView = z
  .object({
    /** Null for a credential that stands for no user. */
    org: OrgId.nullable(),
    user_id: UserId.nullable(),
    /** What to call the person. */
    name: z.string(),
    /** May change what holds for the whole installation, such as the key of the model. */
    is_owner: z.boolean(),
    /** Null when a token asks instead of a session. */
    session_id: SessionId.nullable(),
    /** Moves on for as long as the session is used. */
    expires_at: Time.nullable(),
    /** What the assistant calls itself. */
    assistant_name: z.string(),
    version: z.string(),
  })
  .meta({ id: 'Session' });
export type SessionView = z.infer<typeof SessionView>;

export const ListedSession = z
  .object({
    id: SessionId,
    /** The one that asks. */
    is_current: z.boolean(),
    made_by: z.enum(['link', 'token']),
    /** What the browser said of itself. */
    client: z.string(),
    created_at: Time,
    /** To within five minutes. */
    last_used_at: Time,
    expires_at: Time,
  })
  .meta({ id: 'ListedSession' });
export type ListedSession = z.infer<typeof ListedSession>;

export const SessionPage = pageOf(ListedSession);
export type SessionPage = z.infer<typeof SessionPage>;
