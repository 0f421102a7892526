/** Whom a call by an admin, service or super credential is for. */
export interface NamedUser {
  readonly org?: string;
  readonly user_id?: string;
}

export interface PageQuery extends NamedUser {
  readonly limit?: number;
  readonly cursor?: string;
}
