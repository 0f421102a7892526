import { createHash } from 'node:crypto';
import type { Tenant } from '@bakerst/contracts';

/** One word that stands for a user in a full-text index; FTS5 takes letters and digits as they are. */
export function toUserWord({ org, user }: Tenant): string {
  return `u${createHash('sha256').update(`${org}/${user}`).digest('hex').slice(0, 24)}`;
}
