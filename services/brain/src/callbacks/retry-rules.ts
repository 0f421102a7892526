/** Text that was not taken goes with the next event: that is not waited for long. */
export const EVENT_ATTEMPTS = 3;
/** About an hour by the waits between them: a receiver that is being replaced is back by then. */
export const END_ATTEMPTS = 20;

const EVENT_WAITS = { firstMs: 500, mostMs: 2_000 } as const;
const END_WAITS = { firstMs: 1_000, mostMs: 600_000 } as const;

/** Wait after so many attempts to send an event while the run is on. */
export function toEventWaitMs(attempts: number, random: () => number): number {
  return toWaitMs(attempts, EVENT_WAITS, random);
}

/** Wait after so many attempts to send the last event. */
export function toEndWaitMs(attempts: number, random: () => number): number {
  return toWaitMs(attempts, END_WAITS, random);
}

interface Waits {
  readonly firstMs: number;
  readonly mostMs: number;
}

/** Full jitter: receivers that come back are not met by everybody at once. */
function toWaitMs(attempts: number, { firstMs, mostMs }: Waits, random: () => number): number {
  return random() * Math.min(mostMs, firstMs * 2 ** (attempts - 1));
}
