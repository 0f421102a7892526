import type { ConversationId, ScheduleId, Tenant } from '@bakerst/contracts';
import type { Action, OnMissed, Overlap } from '@bakerst/contracts/schedules';
import type { FiredWork, Firing } from '../actions/ports.ts';
import type { KeyedRequest } from '../idempotency/ports.ts';
import type { Scope } from '../principals/principal.ts';
import type { RunFence } from '../runs/run.ts';
import type { Timing } from './timing.ts';

/** What a person, the model or a file says of a schedule. */
export interface ScheduleSettings {
  readonly name: string;
  readonly timing: Timing;
  readonly timeZone: string;
  readonly onMissed: OnMissed;
  readonly graceMs: number;
  readonly overlap: Overlap;
  readonly action: Action;
}

export interface Schedule extends ScheduleSettings {
  readonly seq: number;
  readonly id: ScheduleId;
  readonly tenant: Tenant;
  readonly anchorAt: number;
  readonly source: 'api' | 'file' | 'model';
  readonly entryHash: string | undefined;
  readonly conversationId: ConversationId | undefined;
  /** The first instant that is not decided. */
  readonly nextAt: number | undefined;
  readonly pausedAt: number | undefined;
  readonly skipUntil: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface NewSchedule extends ScheduleSettings {
  readonly id: ScheduleId;
  readonly isPaused: boolean;
  readonly source: Schedule['source'];
  readonly entryHash?: string;
  /** The call of a run that makes it: the same call makes it once. */
  readonly madeBy?: string;
  readonly fence?: RunFence;
  readonly idempotency?: KeyedRequest | undefined;
}

/** What is left out stays as it is. */
export interface ScheduleChange extends Partial<ScheduleSettings> {
  readonly isPaused?: boolean | undefined;
  readonly entryHash?: string;
}

/** A schedule as it is now, and what was set off on the way. */
interface Changed<T> {
  readonly value: T;
  readonly fired: readonly FiredWork[];
}

export interface ScheduleStore {
  find(scope: Scope, id: string): Schedule | undefined;
  /** Newest first. */
  list(
    scope: Scope,
    window: { readonly beforeSeq: number | undefined; readonly limit: number },
  ): readonly Schedule[];
  /** Those that CRONS.json has made for this user. */
  listOfFile(tenant: Tenant): readonly Schedule[];
  /** The schedule that a call of a run has made. */
  findMadeBy(madeBy: string): Schedule | undefined;
  /** Throws AppError CONFLICT, reason TOO_MANY_SCHEDULES. */
  create(tenant: Tenant, schedule: NewSchedule): Promise<Schedule>;
  /** Decides first what was due until now; undefined when there is none. */
  change(scope: Scope, id: string, change: ScheduleChange): Promise<Changed<Schedule> | undefined>;
  /** The same. What waits is called off, what has begun goes on. */
  remove(scope: Scope, id: string, fence?: RunFence): Promise<Changed<Schedule> | undefined>;
  /**
   * Has it fire now, besides its own times. Throws AppError NOT_FOUND for one that is gone meanwhile, and
   * QUEUE_DEPTH_EXCEEDED.
   */
  runNow(schedule: Schedule, asked: AskedFor): Promise<Changed<Firing>>;
  /** Takes away what was deleted, or came the last time, before `before` (epoch ms); gives how many. */
  prune(before: number): Promise<number>;
}

/** A firing that a person asks for. */
interface AskedFor {
  readonly idempotency: KeyedRequest | undefined;
  /** One that is paused is noted, and does not fire. */
  readonly skipsPaused?: boolean;
}

/** Decides what is due. */
export interface Clockwork {
  /**
   * Decides in one transaction what was due until now, and sets it off; with any number of brains each instant once.
   * Gives what was set off, and whether more is due.
   */
  decideDue(): Promise<{ readonly fired: readonly FiredWork[]; readonly hasMore: boolean }>;
  /** Brings back schedules whose next instant lies a day or more behind the true one: the clock was far ahead once. */
  correct(): Promise<number>;
}
