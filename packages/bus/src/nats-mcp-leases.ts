import { Buckets, type LockNote, type LockPurpose, type McpServerKey } from '@bakerst/contracts';
import type { Clock, Logger } from '@bakerst/kit';
import type { NatsLink } from './nats-link.ts';
import { createNatsLocks } from './nats-lock.ts';
import { MCP_LEASE_MS } from './nats-topology.ts';
import type { LockAttempt } from './user-lock.ts';

interface LeaseDeps {
  readonly link: NatsLink;
  readonly clock: Clock;
  readonly log: Logger;
}

interface LeaseOptions {
  /** This worker, as others see it. */
  readonly holder: Omit<LockNote, keyof LockPurpose>;
  /** True when the holder certainly no longer runs. */
  readonly isDead: (holder: LockNote) => boolean;
}

export interface McpLeases {
  /**
   * Tries once to become the worker that serves this server; at most one is at a time. Who holds it is in the note of a
   * refusal. Renewed every 5 s, gone 15 s after its holder. Throws AppError UNAVAILABLE when NATS cannot say.
   */
  acquire(server: McpServerKey): Promise<LockAttempt>;
}

/** Leases in the bucket `bakerst_mcp`, kept as user locks are. */
export function createNatsMcpLeases(deps: LeaseDeps, options: LeaseOptions): McpLeases {
  const locks = createNatsLocks(deps, {
    ...options,
    bucket: Buckets.mcp,
    leaseMs: MCP_LEASE_MS,
  });
  // NOTE: neither an org nor a server has a slash in its id.
  return { acquire: ({ org, server }) => locks.acquire(`${org}/${server}`) };
}
