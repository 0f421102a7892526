/** Runs work unless what it is about has failed again and again of late: then it throws AppError UNAVAILABLE at once. */
export type Breaker = <T>(work: () => Promise<T>) => Promise<T>;
