export interface HistoryPruner {
  /**
   * Takes the steps and jobs of at most `limit` runs that ended before `before` (epoch ms) and about which nothing is
   * open; gives how many runs.
   */
  pruneRuns(before: number, limit: number): Promise<number>;
  /** Takes at most `limit` jobs of no run that ended before `before` and wait for nobody; gives how many. */
  pruneJobs(before: number, limit: number): Promise<number>;
  /** Gives up at most `limit` deliveries that could have been sent since before `before` and were not; gives how many. */
  expireDeliveries(before: number, limit: number): Promise<number>;
  /** Takes at most `limit` deliveries that were sent or given up before `before`; gives how many. */
  pruneDeliveries(before: number, limit: number): Promise<number>;
  /** Takes the texts that no run has begun with since `before`, and that none needs any more. */
  pruneBodies(before: number): Promise<void>;
}

export interface ConversationPurger {
  /**
   * Takes what was said in conversations that were deleted before `before` (epoch ms): at most `limit` runs with all that
   * is theirs. What they cost is kept. Gives how many runs and conversations it took.
   */
  purgeDeleted(before: number, limit: number): Promise<number>;
}
