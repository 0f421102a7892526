import type { SessionId, Tenant, TokenId } from '@bakerst/contracts';
import type { Scope } from '../principals/principal.ts';
import type { SecretParts } from './secret-parts.ts';

export interface Session {
  readonly id: SessionId;
  readonly tenant: Tenant;
  readonly madeBy: 'link' | 'token';
  readonly client: string;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  readonly expiresAt: number;
}

export interface NewSession {
  readonly id: SessionId;
  readonly hash: string;
  readonly client: string;
}

interface NewLink {
  readonly id: string;
  readonly hash: string;
  /** The token by which it is made, if it is one. */
  readonly tokenId: TokenId | undefined;
  readonly expiresAt: number;
}

interface SessionPlace {
  readonly createdAt: number;
  readonly id: string;
}

/** Sessions that have ended, by themselves or because their token was revoked, are in no answer of this store. */
export interface SessionStore {
  /** Makes the user too. */
  addLink(tenant: Tenant, link: NewLink): Promise<void>;
  /** Opens a session by a link, which is used up; undefined for one that is wrong, used or too old. */
  useLink(given: SecretParts, session: NewSession): Promise<Session | undefined>;
  /** Opens a session that ends with the token. */
  add(tenant: Tenant, session: NewSession & { readonly tokenId: TokenId }): Promise<Session>;
  /** The session of a cookie. */
  find(given: SecretParts): Session | undefined;
  /** Notes that it was used, to within five minutes, which puts its end off; may be lost. */
  noteUse(session: Session): void;
  /** Newest first, from behind `after`. */
  list(
    scope: Scope,
    window: { readonly after: SessionPlace | undefined; readonly limit: number },
  ): readonly Session[];
  /** False when there is none. */
  end(scope: Scope, id: string): Promise<boolean>;
}
