import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** From a refusal to a long answer. */
const REQUEST_SECONDS = [0.005, 0.02, 0.1, 0.5, 2, 10, 60];
const LOCK_SECONDS = [0.001, 0.005, 0.02, 0.1, 0.5, 2];
const REPLY_SECONDS = [0.25, 1, 2.5, 5, 10, 30, 60, 120];
/** How often the event loop is looked at: seldom, for an idle process is to sleep. */
const LOOP_LOOK_MS = 50;

export type Instruments = ReturnType<typeof createInstruments>;

/** Every metric by its name and labels; nothing else in the code spells one. */
export function createInstruments() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LOOP_LOOK_MS });
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter({ name: `bakerst_${name}`, help, labelNames, registers });
  const histogram = <Label extends string>(
    described: { readonly name: string; readonly help: string; readonly labelNames: Label[] },
    buckets: number[],
  ) => new Histogram({ ...described, name: `bakerst_${described.name}`, buckets, registers });
  return {
    registry,
    requests: counter('http_requests_total', 'Requests that were answered.', [
      'method',
      'route',
      'status',
    ]),
    requestSeconds: histogram(
      {
        name: 'http_request_seconds',
        help: 'Until the whole answer was sent.',
        labelNames: ['route'],
      },
      REQUEST_SECONDS,
    ),
    refusals: counter('refusals_total', 'Requests that were answered with 429.', ['code']),
    lockSeconds: histogram(
      { name: 'lock_seconds', help: "Asking for a user's lock.", labelNames: ['outcome'] },
      LOCK_SECONDS,
    ),
    runs: counter('runs_ended_total', 'Runs that have ended here.', ['status']),
    turns: counter('turns_total', 'Replies of a model.', ['model']),
    tokens: counter('tokens_total', 'Tokens of replies.', ['model', 'kind']),
    costUsd: counter('cost_usd_total', 'Price of replies by the price list.', ['model']),
    replySeconds: histogram(
      {
        name: 'model_reply_seconds',
        help: 'Until the last word of a reply.',
        labelNames: ['model'],
      },
      REPLY_SECONDS,
    ),
    modelFailures: counter('model_failures_total', 'Replies that did not come.', ['reason']),
    jobs: counter('jobs_ended_total', 'Jobs whose end was recorded here.', ['kind', 'state']),
    ignoredResults: counter('job_results_ignored_total', 'Results that changed nothing.', []),
    sandbox: counter('sandbox_outcomes_total', 'Ends of code jobs.', ['code']),
    toolCalls: counter(
      'tool_calls_total',
      'Calls of MCP tools by the model: how their jobs ended, or why there was none.',
      ['outcome'],
    ),
    deliveries: counter('deliveries_total', 'Deliveries to channels that have ended.', [
      'channel',
      'status',
    ]),
    ...createGauges(registry),
  };
}

function createGauges(registry: Registry) {
  const gauge = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Gauge({ name: `bakerst_${name}`, help, labelNames, registers: [registry] });
  return {
    openJobs: gauge('open_jobs', 'Jobs without an end, of all brains.', ['kind', 'state']),
    openRuns: gauge(
      'open_runs',
      'Runs without an end, of all brains; queued: messages that wait.',
      ['status'],
    ),
    runsInHand: gauge('runs_in_hand', 'Runs that this brain executes.', []),
    openStreams: gauge('open_streams', 'Event streams that clients have open here.', []),
    workers: gauge('workers', 'Workers that were heard of in the last 30 s.', []),
    openDeliveries: gauge('open_deliveries', 'Deliveries to channels that wait, of all brains.', [
      'channel',
    ]),
    natsConnected: gauge('nats_connected', 'Whether this brain is connected to NATS.', []),
  };
}
