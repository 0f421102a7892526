import type { Heartbeat, UserChange } from '@bakerst/contracts';

/** What processes tell each other in passing: every word of it may get lost. */
export interface Signs {
  beat(heartbeat: Heartbeat): void;
  tellChange(change: UserChange): void;
  /** Runs have been let go of: whoever can takes them over. */
  tellReleased(): void;
}

export interface SignListeners {
  readonly heartbeat: (heartbeat: Heartbeat) => void;
  readonly change: (change: UserChange) => void;
  readonly released: () => void;
}
