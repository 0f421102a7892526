import type { RunEventBus, Signs } from '@bakerst/bus';
import type { Clock } from '@bakerst/kit';
import type { CallBack } from '../callbacks/call-back.ts';
import type { RecalledFact } from '../prompts/ports.ts';
import type { ActiveRun, RunRegistry } from './active-run.ts';
import type { ExecuteRunDeps } from './execute-run.ts';
import type { PreparedBase, RunStart } from './prepare-base.ts';
import type { Run, RunEnd } from './run.ts';
import type { RunLocks } from './take-lock.ts';

export interface RunHostDeps extends ExecuteRunDeps {
  readonly registry: RunRegistry;
  readonly runLocks: RunLocks;
  readonly prepareBase: (run: Run, start: RunStart) => PreparedBase;
  readonly recallFor: (run: Run) => Promise<readonly RecalledFact[]>;
  readonly runEvents: RunEventBus;
  readonly signs: Pick<Signs, 'tellReleased'>;
  readonly callBack: Pick<CallBack, 'follow'>;
  readonly clock: Clock;
  /** Told of every run that this process has brought to its end. */
  readonly ended: (run: Run, end: RunEnd) => void;
}

/** What a run in hand needs of its host. */
export interface HostCalls {
  readonly carry: (active: ActiveRun) => void;
  readonly isDraining: () => boolean;
}
