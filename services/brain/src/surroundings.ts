import type { NatsLink, Signs } from '@bakerst/bus';
import type { Clock, Logger, NewId } from '@bakerst/kit';
import type { Secrets } from '@bakerst/kit/secrets';
import type { BrainConfig } from './config.ts';
import type { UserFeed } from './events/user-feed.ts';
import type { Faults } from './faults.ts';
import type { Metrics, MetricsPage } from './metrics/ports.ts';
import type { Writer } from './storage/group-commit.ts';
import type { Database } from './storage/open-database.ts';

/** What the process has opened and knows; the features are built from it. */
export interface Surroundings {
  readonly config: BrainConfig;
  readonly version: string;
  /** Real path of the data directory. */
  readonly dataDir: string;
  /** Id of this process, for as long as it lives. */
  readonly self: string;
  readonly db: Database;
  readonly writer: Writer;
  readonly link: NatsLink;
  readonly signs: Signs;
  /** What a user's readers are told. */
  readonly changes: UserFeed;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Logger;
  /** Hidden in the log already; whoever sends or stores text from outside hides them there. */
  readonly secrets: Secrets;
  readonly metrics: Metrics & MetricsPage;
  readonly phase: Phase;
  readonly faults: Faults;
}

/** Where the process stands between its start and its end. */
export interface Phase {
  closed: 'starting' | 'stopping' | undefined;
  isReady: boolean;
  incarnation: number | undefined;
  /** Looks at once whether the bucket of locks is another one than before. */
  lookAtNats: () => void;
  /** What is not as it should be in NATS, and must be put right by hand: a sentence for each part. */
  busProblems: readonly string[];
  /** Aborted when streams must end. */
  readonly stopping: AbortController;
  /** Aborted when answers must end too. */
  readonly ending: AbortController;
}
