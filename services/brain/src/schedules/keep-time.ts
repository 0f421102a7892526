import type { Clock, Logger } from '@bakerst/kit';
import type { FiringStore, TellFired } from '../actions/ports.ts';
import type { Clockwork, ScheduleStore } from './ports.ts';

const TICK_MS = 500;
const CORRECT_MS = 60_000;
const PRUNE_MS = 3_600_000;
const DAY_MS = 86_400_000;

export interface KeepTimeDeps {
  readonly clockwork: Clockwork;
  readonly firings: Pick<FiringStore, 'fireWaiting' | 'prune'>;
  readonly schedules: Pick<ScheduleStore, 'prune'>;
  readonly tellFired: TellFired;
  readonly clock: Clock;
  readonly log: Logger;
  readonly retainDays: number;
}

/** Decides what is due, and sets off what waits, again and again; every brain does, and each instant happens once. */
export function keepTime(deps: KeepTimeDeps): Disposable {
  const open = new DisposableStack();
  let isBusy = false;
  const tick = async (): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    await lookOnce(deps).catch((err: unknown) => deps.log.warn({ err }, 'schedules not looked at'));
    isBusy = false;
  };
  const correct = (): void =>
    void deps.clockwork
      .correct()
      .catch((err: unknown) => deps.log.warn({ err }, 'schedules not corrected'));
  open.use(deps.clock.every(TICK_MS, () => void tick()));
  open.use(deps.clock.every(CORRECT_MS, correct));
  open.use(deps.clock.every(PRUNE_MS, () => void prune(deps)));
  correct();
  void tick();
  return open;
}

/** Decides all that is due now, and sets off what waits. */
export async function lookOnce(
  deps: Pick<KeepTimeDeps, 'clockwork' | 'firings' | 'tellFired'>,
): Promise<void> {
  for (let hasMore = true; hasMore; ) {
    const decided = await deps.clockwork.decideDue();
    deps.tellFired(decided.fired);
    hasMore = decided.hasMore;
  }
  deps.tellFired(await deps.firings.fireWaiting());
}

async function prune(deps: KeepTimeDeps): Promise<void> {
  const { firings, schedules, clock, log, retainDays } = deps;
  const before = clock.now() - retainDays * DAY_MS;
  try {
    while ((await firings.prune(before)) > 0) await clock.sleep(1);
    while ((await schedules.prune(before)) > 0) await clock.sleep(1);
  } catch (err) {
    log.warn({ err }, 'old schedules and firings not taken away yet');
  }
}
