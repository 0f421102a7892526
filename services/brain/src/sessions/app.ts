import type { RateLimits } from '../http/rate-limits.ts';
import type { Route } from '../http/route.ts';
import type { Principals } from '../principals/app.ts';
import type { Identity } from '../principals/principal.ts';
import type { Surroundings } from '../surroundings.ts';
import { readSessionCookie } from './session-cookie.ts';
import { createSessionRoutes } from './session-routes.ts';
import { createSqliteSessionStore } from './sqlite-session-store.ts';

/** Signing in with a browser, built on its adapters. */
export interface Sessions {
  /** Who is behind the session in a Cookie header; undefined when there is none that counts. */
  identify(cookies: string | undefined): Identity | undefined;
  createRoutes(limits: RateLimits): readonly Route[];
}

export function createSessions(around: Surroundings, principals: Principals): Sessions {
  const { config, clock, newId, version } = around;
  const sessions = createSqliteSessionStore(around);
  return {
    identify(cookies) {
      const given = readSessionCookie(cookies);
      const session = given === undefined ? undefined : sessions.find(given);
      if (session === undefined) return undefined;
      sessions.noteUse(session);
      const principal = { kind: 'user', ...session.tenant } as const;
      return { principal, credential: { kind: 'session', id: session.id } };
    },
    createRoutes: (limits) =>
      createSessionRoutes({
        sessions,
        limits,
        clock,
        newId,
        version,
        resolve: principals.resolve,
        authenticator: principals.authenticator,
        publicUrl: config.publicUrl,
        assistantName: config.agentName,
      }),
  };
}
