import { existsSync, renameSync, rmSync } from 'node:fs';
import type { Illness } from './server-health.ts';

/** A server that falls silent again so soon after it was started with what it had is not helped by another start. */
const AGAIN_MS = 2 * 60_000;
/** Where an empty store has not helped, the store is not what is wrong. */
const ONCE_IN_MS = 24 * 60 * 60_000;

interface StorePlace {
  /** Where nats-server keeps its streams. */
  readonly dir: string;
  readonly say: (line: string) => void;
}

/** The streams of a nats-server, that may be what makes it ill. */
export interface SuspectStore {
  /** Tells how the server was unwell, before it is started again. */
  note(illness: Illness): void;
  /** Sets the store aside when it cannot be used. No server may have it open. */
  beforeStart(): void;
}

/**
 * A store that is read for ever, or holds the server up twice in a row, is set aside, once a day at most; one that was set
 * aside before goes. No message and no job is lost by it (P13), results that no brain had taken are.
 */
export function suspectStore(
  { dir, say }: StorePlace,
  now = (): number => performance.now(),
): SuspectStore {
  let silentAt = Number.NEGATIVE_INFINITY;
  let setAsideAt = Number.NEGATIVE_INFINITY;
  let isDamaged = false;
  return {
    note(illness) {
      isDamaged =
        illness === 'never ready' || (illness === 'silent' && now() - silentAt < AGAIN_MS);
      if (illness === 'silent') silentAt = now();
    },
    beforeStart() {
      const wasDamaged = isDamaged;
      isDamaged = false;
      if (!wasDamaged || !existsSync(dir) || now() - setAsideAt < ONCE_IN_MS) return;
      const aside = `${dir}-damaged`;
      rmSync(aside, { recursive: true, force: true });
      renameSync(dir, aside);
      setAsideAt = now();
      say(
        `the store of nats-server is damaged: it is kept as ${aside} and begins anew. No message and no job is lost; a job whose result no brain had taken is done again, or asks a person`,
      );
    },
  };
}
