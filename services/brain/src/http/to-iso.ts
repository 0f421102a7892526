/** Epoch ms as the API tells times. */
export function toIso(at: number): string {
  return new Date(at).toISOString();
}

/** The same for what may not have happened. */
export function toIsoOrNull(at: number | undefined): string | null {
  return at === undefined ? null : toIso(at);
}
