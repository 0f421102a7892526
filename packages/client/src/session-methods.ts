import {
  Api,
  type SessionPage,
  type SessionView,
  type SignIn,
  type SignInLink,
} from '@bakerst/contracts';
import type { Call } from './create-call.ts';
import type { NamedUser, PageQuery } from './named.ts';

/** Signing in with a browser. */
export interface SessionMethods {
  /** A link by which a user signs in once; for the credentials of the installation, not for users. */
  createSignInLink(named?: NamedUser): Promise<SignInLink>;
  /** Opens a session; the browser keeps it in a cookie that no script can read. */
  signIn(given: SignIn): Promise<SessionView>;
  /** Who is asking; ApiError 401 for nobody. */
  getSession(): Promise<SessionView>;
  signOut(): Promise<void>;
  /** Pages of the user's open sessions, newest first. */
  listSessions(query?: PageQuery): Promise<SessionPage>;
  endSession(id: string, named?: NamedUser): Promise<void>;
}

export function createSessionMethods(call: Call): SessionMethods {
  return {
    createSignInLink: (body = {}) => call.created(Api.createSignInLink, { body }),
    signIn: (body) => call.created(Api.signIn, { body }),
    getSession: () => call.json(Api.getSession),
    signOut: () => call.nothing(Api.signOut),
    listSessions: (query) => call.json(Api.listSessions, { query: { ...query } }),
    endSession: (id, query) =>
      call.nothing(Api.endSession, { params: { id }, query: { ...query } }),
  };
}
