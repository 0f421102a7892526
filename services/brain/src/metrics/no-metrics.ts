import type { Metrics, MetricsPage } from './ports.ts';

/** Counts nothing: by it the bench shows what counting costs. */
export function createNoMetrics(): Metrics & MetricsPage {
  return {
    requestAnswered: nothing,
    requestRefused: nothing,
    lockAsked: nothing,
    modelReplied: nothing,
    modelFailed: nothing,
    runEnded: nothing,
    jobEnded: nothing,
    resultIgnored: nothing,
    toolRefused: nothing,
    deliveryEnded: nothing,
    read: async () => '',
  };
}

function nothing(): void {
  // Nothing is counted.
}
