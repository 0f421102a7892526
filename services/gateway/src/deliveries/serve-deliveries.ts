import { ApiError } from '@bakerst/client';
import type { ChannelDelivery } from '@bakerst/contracts/channels';
import { AppError, type Clock, type Logger } from '@bakerst/kit';
import { type Brain, isPassing } from '../brain.ts';
import type { Channel, OutgoingFile } from '../channel.ts';
import { deliverRun, type RunDeps } from './deliver-run.ts';
import { deliverText } from './deliver-text.ts';
import { Fenced, openParts, type Parts, type PartsDeps, Refused } from './send-parts.ts';

const AGAIN_MS = 1_000;
/** After something that was not foreseen. */
const BUG_WAIT_MS = 30_000;
/** How often a gateway that was put aside looks whether the other one still serves. */
const ASIDE_LOOK_MS = 5_000;

export interface ServeDeps extends Omit<PartsDeps, 'brain' | 'channel' | 'clock'> {
  readonly brain: Pick<Brain, 'listChannels' | 'watchDeliveries'> &
    PartsDeps['brain'] &
    RunDeps['brain'];
  readonly channel: Channel;
  readonly bot: string;
  readonly findFile: (delivery: ChannelDelivery) => OutgoingFile | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onServing: (isServing: boolean) => void;
}

/**
 * Sends what the brain has to send on the channel, all chats at once, until it is told to stop; what has begun to be sent
 * is told of before it returns. One gateway serves a channel: a second one waits until the first one is gone.
 */
export async function serveDeliveries(deps: ServeDeps, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    const fenced = new AbortController();
    const signal = AbortSignal.any([stopping, fenced.signal]);
    const work = createWork(deps, { signal, fence: () => fenced.abort() });
    await listen(deps, work, signal);
    deps.onServing(false);
    await work.ended();
    if (!stopping.aborted) await waitAside(deps, stopping);
  }
}

/** Takes deliveries from the brain as long as this gateway serves the channel. */
async function listen(deps: ServeDeps, work: Work, signal: AbortSignal): Promise<void> {
  const { clock, log, onServing } = deps;
  while (!signal.aborted) {
    const isOver = await hear(deps, work, signal).catch((err: unknown) => {
      if (!signal.aborted && !isPassing(err)) log.error({ err }, 'deliveries were refused');
      return false;
    });
    onServing(false);
    if (isOver) return;
    await clock.sleep(AGAIN_MS, signal).catch(() => undefined);
  }
}

/** True when another gateway has taken over. */
async function hear(deps: ServeDeps, work: Work, signal: AbortSignal): Promise<boolean> {
  const { brain, channel, holder, bot, onServing } = deps;
  for await (const event of brain.watchDeliveries(channel.name, { holder, bot }, { signal })) {
    onServing(true);
    if (event.type === 'delivery') work.begin(event.delivery);
    if (event.type === 'taken_over') return true;
  }
  return false;
}

interface Work {
  begin(delivery: ChannelDelivery): void;
  ended(): Promise<void>;
}

interface WorkOptions {
  readonly signal: AbortSignal;
  /** Another gateway serves the channel. */
  readonly fence: () => void;
}

interface Running {
  readonly revision: number;
  readonly parts: Parts;
  readonly ended: Promise<void>;
  /** It was opened again meanwhile. */
  next: ChannelDelivery | undefined;
}

/** Deliveries under way, each once: one that is told again meanwhile is known, unless there is more to it by then. */
function createWork(deps: ServeDeps, { signal, fence }: WorkOptions): Work {
  const running = new Map<string, Running>();

  function run(delivery: ChannelDelivery, parts: Parts): void {
    const { id, revision } = delivery;
    const ended = runDelivery(deps, { delivery, parts }, signal)
      .catch((err: unknown) => {
        if (err instanceof Fenced) fence();
        else if (!signal.aborted) deps.log.error({ err, deliveryId: id }, 'delivery failed');
      })
      .then(() => {
        const next = running.get(id)?.next;
        running.delete(id);
        // By the same parts: what was sent meanwhile stands in no row of that time.
        if (next !== undefined && !signal.aborted) run(next, parts);
      });
    running.set(id, { revision, parts, ended, next: undefined });
  }

  return {
    begin(delivery) {
      const known = running.get(delivery.id);
      if (known === undefined) run(delivery, openParts(deps, delivery, signal));
      else if (delivery.revision > known.revision) known.next = delivery;
    },
    async ended() {
      await Promise.allSettled([...running.values()].map(({ ended }) => ended));
    },
  };
}

interface Task {
  readonly delivery: ChannelDelivery;
  readonly parts: Parts;
}

async function runDelivery(deps: ServeDeps, task: Task, signal: AbortSignal): Promise<void> {
  const { delivery, parts } = task;
  while (!(await tryToDeliver(deps, task, signal))) {
    deps.log.warn({ deliveryId: delivery.id }, 'delivery is tried again');
    await deps.clock.sleep(BUG_WAIT_MS, signal);
  }
  deps.log.debug({ deliveryId: delivery.id, parts: parts.count() }, 'delivery is done');
}

/** False for one that met something that was not foreseen. */
async function tryToDeliver(deps: ServeDeps, task: Task, signal: AbortSignal): Promise<boolean> {
  const { delivery, parts } = task;
  try {
    await deliver(deps, task, signal);
    await parts.report({ event: 'done', revision: delivery.revision });
    return true;
  } catch (err) {
    if (signal.aborted || err instanceof Fenced) throw err;
    if (err instanceof ApiError && err.status === 404) return true;
    if (err instanceof Refused) {
      await parts.report({ event: 'failed', error: err.message.slice(0, ERROR_MAX_CHARS) });
      return true;
    }
    deps.log.error({ err, deliveryId: delivery.id }, 'delivery met a bug');
    return false;
  }
}

const ERROR_MAX_CHARS = 1_000;

async function deliver(
  deps: ServeDeps,
  { delivery, parts }: Task,
  signal: AbortSignal,
): Promise<void> {
  const { content, org, user_id: user } = delivery;
  const { maxChars } = deps.channel;
  if (content.type === 'text')
    return await deliverText({ ...deps, maxChars }, { ...delivery, content }, parts);
  if (org === null || user === null)
    throw new AppError('INTERNAL_ERROR', 'a run that is of nobody cannot be delivered');
  const told = { delivery, parts, runId: content.run_id, tenant: { org, user } };
  await deliverRun(deps, told, signal);
}

/** Until nobody else serves the channel: two that take it from each other would both send nothing. */
async function waitAside(deps: ServeDeps, stopping: AbortSignal): Promise<void> {
  const { brain, channel, clock, log } = deps;
  log.warn({}, 'another gateway serves the channel; this one waits until it is gone');
  for (;;) {
    await clock.sleep(ASIDE_LOOK_MS, stopping).catch(() => undefined);
    if (stopping.aborted) return;
    const channels = await brain.listChannels().catch(() => undefined);
    const own = channels?.data.find((each) => each.channel === channel.name);
    if (own?.is_connected === false) return;
  }
}
