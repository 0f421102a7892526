export interface HistoryPruner {
  /** Takes the steps and jobs of at most `limit` runs that ended before `before` (epoch ms); gives how many runs. */
  pruneRuns(before: number, limit: number): Promise<number>;
  /** Takes at most `limit` jobs of no run that ended before `before`; gives how many. */
  pruneJobs(before: number, limit: number): Promise<number>;
  /** Takes the texts that no step names any more. */
  pruneBodies(): Promise<void>;
}
