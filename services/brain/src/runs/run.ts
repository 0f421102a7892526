import type {
  ConversationId,
  EventPlace,
  RunFailure,
  RunId,
  RunNotice,
  RunStatus,
  Tenant,
  Usage,
} from '@bakerst/contracts';
import type { RunStep } from './run-step.ts';

/**
 * Who may write for a user: (incarnation of the bucket of locks, revision that took the lock).
 * A lower token than the highest one seen is refused.
 */
export interface FenceToken {
  readonly incarnation: number;
  readonly revision: number;
}

/** What every write of a run carries. */
export interface RunFence {
  readonly runId: RunId;
  readonly lockKey: string;
  readonly token: FenceToken;
}

export interface Run {
  readonly id: RunId;
  readonly tenant: Tenant;
  readonly conversationId: ConversationId;
  readonly messageSeq: number;
  readonly lockKey: string;
  readonly status: RunStatus;
  readonly takeover: number;
  readonly requestId: string;
  readonly wanted: Wanted;
  readonly createdAt: number;
}

/** Who is to answer, where that was chosen. */
export interface Wanted {
  readonly persona: string | undefined;
  readonly model: string | undefined;
}

/** A run with its answer, for whoever asks for it. */
export interface RunSummary extends Run {
  readonly message: string;
  readonly responses: readonly string[];
  readonly model: string | undefined;
  readonly turns: number;
  readonly usage: Usage;
  readonly costUsd: number | undefined;
  readonly failure: RunFailure | undefined;
  readonly notice: RunNotice | undefined;
  /** Place among the messages that wait for the lock, from 1; undefined when it does not wait. */
  readonly position: number | undefined;
  /** The run that took its message up. */
  readonly mergedInto: RunId | undefined;
  readonly finishedAt: number | undefined;
}

export interface StoredStep {
  readonly step: RunStep;
  readonly at: number;
  /** The last stream event that the step covers. */
  readonly covers: EventPlace;
}

/** How a run ended. */
export interface RunEnd {
  readonly status: 'completed' | 'failed' | 'halted' | 'uncertain';
  readonly responses: readonly string[];
  readonly model: string | undefined;
  readonly turns: number;
  readonly usage: Usage;
  readonly costUsd: number | undefined;
  readonly failure?: RunFailure;
  readonly notice?: RunNotice;
}

/** A run belongs to its user's lock; runs of one key never overlap. */
export function userLockKey({ org, user }: Tenant): string {
  return `${org}/${user}`;
}

/** The key of what a schedule or trigger of a user sets off; `more` where several may be on at a time. */
export function firedLockKey(tenant: Tenant, source: string, more?: string): string {
  return [userLockKey(tenant), source, ...(more === undefined ? [] : [more])].join('/');
}

/** True for the key of something that no person has said: ids of orgs and users hold no slash. */
export function isFiredLockKey(lockKey: string): boolean {
  return lockKey.split('/').length > 2;
}
