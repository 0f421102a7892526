import { SandboxCode } from '@bakerst/contracts';
import type { CountedReply, Gauges, Metrics, MetricsPage } from './ports.ts';
import { createInstruments, type Instruments } from './prom-instruments.ts';

const NO_ROUTE = '(none)';
/** Stands for models beyond the first ones: people may name any. */
const OTHER_MODEL = '(other)';
const MOST_MODELS = 50;
const OK = 'OK';

/** Counts for Prometheus. Every label has a bounded number of values, whatever people send. */
export function createPromMetrics(): Metrics & MetricsPage {
  const all = createInstruments();
  const nameModel = boundNames(MOST_MODELS, OTHER_MODEL);
  return {
    requestAnswered({ method, route = NO_ROUTE, status, seconds }) {
      all.requests.inc({ method, route, status });
      all.requestSeconds.observe({ route }, seconds);
    },
    requestRefused: (code) => all.refusals.inc({ code }),
    lockAsked: (outcome, seconds) => all.lockSeconds.observe({ outcome }, seconds),
    modelReplied: (reply) => countReply(all, { ...reply, model: nameModel(reply.model) }),
    modelFailed: (reason) => all.modelFailures.inc({ reason }),
    runEnded: (status) => all.runs.inc({ status }),
    jobEnded({ spec: { type }, status, error }) {
      all.jobs.inc({ kind: type, state: status });
      if (type === 'mcp') all.toolCalls.inc({ outcome: status });
      if (type === 'code') all.sandbox.inc({ code: toSandboxCode(status, error?.code) });
    },
    resultIgnored: () => all.ignoredResults.inc(),
    deliveryEnded: (channel, status) => all.deliveries.inc({ channel, status }),
    toolRefused: (code) => all.toolCalls.inc({ outcome: code }),
    async read(gauges) {
      setGauges(all, gauges);
      return await all.registry.metrics();
    },
  };
}

function countReply(all: Instruments, { model, usage, costUsd, seconds }: CountedReply): void {
  all.turns.inc({ model });
  all.tokens.inc({ model, kind: 'input' }, usage.input_tokens);
  all.tokens.inc({ model, kind: 'output' }, usage.output_tokens);
  all.tokens.inc({ model, kind: 'cache_creation' }, usage.cache_creation_input_tokens);
  all.tokens.inc({ model, kind: 'cache_read' }, usage.cache_read_input_tokens);
  if (costUsd !== undefined) all.costUsd.inc({ model }, costUsd);
  if (seconds !== undefined) all.replySeconds.observe({ model }, seconds);
}

/** A job that ended without the sandbox's word, by a halt for instance, has its state for a code. */
function toSandboxCode(status: string, code: string | undefined): string {
  if (status === 'completed') return OK;
  return SandboxCode.safeParse(code).data ?? status.toUpperCase();
}

function setGauges(all: Instruments, gauges: Gauges): void {
  all.openJobs.reset();
  for (const { type, status, count } of gauges.jobs)
    all.openJobs.set({ kind: type, state: status }, count);
  all.openRuns.reset();
  for (const { status, count } of gauges.runs) all.openRuns.set({ status }, count);
  for (const { channel, count } of gauges.openDeliveries)
    all.openDeliveries.set({ channel }, count);
  all.runsInHand.set(gauges.runsInHand);
  all.openStreams.set(gauges.openStreams);
  all.workers.set(gauges.workers);
  all.natsConnected.set(gauges.isNatsConnected ? 1 : 0);
}

/** Lets the first `most` names pass, and gives `other` for all further ones. */
function boundNames(most: number, other: string): (name: string) => string {
  const known = new Set<string>();
  return (name) => {
    if (known.size < most) known.add(name);
    return known.has(name) ? name : other;
  };
}
