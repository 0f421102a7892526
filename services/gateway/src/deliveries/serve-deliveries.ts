import { ApiError, type UnreadableDelivery } from '@bakerst/client';
import type { ChannelDelivery, DeliveryEvent } from '@bakerst/contracts/channels';
import type { Logger, NewId } from '@bakerst/kit';
import pLimit from 'p-limit';
import { type Brain, isMisplaced, isPassing, type Standing, toReason } from '../brain.ts';
import { TurnLost } from '../channel.ts';
import { createWork, type Work } from './delivery-work.ts';
import { createQueueLooks, type QueueLooks } from './queue-looks.ts';
import type { DeliverDeps } from './run-delivery.ts';
import { createTurns } from './turns.ts';

const AGAIN_MS = 1_000;
/** A brain that starts anew is back by then. */
const TOLD_AT_FAILURE = 3;
/** As many messages at most may come twice after the death of a gateway; enough for 30 a second at 250 ms each. */
const MOST_INTENTS = 8;
/** How often a gateway that was put aside looks whether the other one still serves. */
const ASIDE_LOOK_MS = 5_000;

export interface ServeDeps
  extends Omit<DeliverDeps, 'brain' | 'holder' | 'limit' | 'looks' | 'turns'> {
  readonly brain: Pick<Brain, 'listChannels' | 'watchDeliveries'> & DeliverDeps['brain'];
  readonly bot: string;
  readonly newId: NewId;
  readonly standing: Standing;
  readonly onServing: (isServing: boolean) => void;
  /** Takes what is said on the channel, from when this gateway serves it until the signal is aborted. */
  readonly receive: (turn: AbortSignal) => Promise<void>;
}

type Pass = ServeDeps & DeliverDeps;

/**
 * Sends what the brain has to send on the channel, all chats at once, until it is told to stop, and receives meanwhile;
 * what has begun to be sent is told of before it returns. One gateway serves a channel: a second one waits until the first one is gone. By then it
 * is another holder, for what the other one was about to send may have been sent.
 */
export async function serveDeliveries(deps: ServeDeps, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    const fenced = new AbortController();
    const signal = AbortSignal.any([stopping, fenced.signal]);
    const looks = createQueueLooks(deps.clock);
    const limit = pLimit(MOST_INTENTS);
    const pass = { ...deps, holder: deps.newId(), limit, looks, turns: createTurns() };
    let receiving: Promise<void> | undefined;
    const onServing = (isServing: boolean): void => {
      if (isServing) receiving ??= deps.receive(signal);
      deps.onServing(isServing);
    };
    const work = createWork(pass, { signal, fence: () => fenced.abort(new TurnLost()) });
    await listen({ ...pass, onServing }, work, signal);
    deps.onServing(false);
    fenced.abort(new TurnLost());
    await Promise.all([work.ended(), receiving]);
    if (!stopping.aborted) await waitAside(deps, stopping);
  }
}

/** Takes deliveries from the brain as long as this gateway serves the channel. */
async function listen(deps: Pass, work: Work, signal: AbortSignal): Promise<void> {
  const { clock, log, standing } = deps;
  const patience = createPatience(log);
  const onServing = (isServing: boolean): void => {
    if (isServing) patience.served();
    deps.onServing(isServing);
  };
  while (!signal.aborted) {
    const isOver = await hear({ ...deps, onServing }, work, signal).catch((err: unknown) => {
      if (signal.aborted) return false;
      if (isMisplaced(err)) standing.refused(err);
      else if (isPassing(err)) patience.failed(err);
      else log.error({ err }, 'deliveries were refused');
      return false;
    });
    onServing(false);
    if (isOver) return;
    await clock.sleep(AGAIN_MS, signal).catch(() => undefined);
  }
}

/** Tells once that the brain does not serve this, and that it does again: nothing is received until then. */
function createPatience(log: Logger) {
  let failures = 0;
  return {
    failed(err: unknown): void {
      failures += 1;
      if (failures === TOLD_AT_FAILURE) log.warn({ reason: toReason(err) }, toAdvice(err));
    },
    served(): void {
      if (failures >= TOLD_AT_FAILURE) log.info({}, 'brain serves the channel again');
      failures = 0;
    },
  };
}

function toAdvice(err: unknown): string {
  const isCredential = err instanceof ApiError && err.status === 401;
  return isCredential
    ? 'brain refuses the credential of this gateway, and nothing is received: give both the same one; trying again'
    : 'brain does not answer, and nothing is received: is it running, and at this address? trying again';
}

/** True when another gateway has taken over. */
async function hear(deps: Pass, work: Work, signal: AbortSignal): Promise<boolean> {
  const { brain, channel, holder, bot, looks, onServing, standing } = deps;
  for await (const event of brain.watchDeliveries(channel.name, { holder, bot }, { signal })) {
    onServing(true);
    standing.accepted();
    if (take(event, work, looks)) return true;
  }
  return false;
}

type Told =
  | DeliveryEvent
  | UnreadableDelivery
  | { readonly type: 'delivery'; readonly delivery: ChannelDelivery }
  | { readonly type: 'moved' | 'withdrawn'; readonly id: string };

/** True when another gateway has taken over. */
function take(event: Told, work: Work, looks: QueueLooks): boolean {
  if (event.type === 'delivery') work.begin(event.delivery);
  if (event.type === 'unreadable') work.refuse(event.id);
  if (event.type === 'withdrawn') work.withdraw(event.id);
  if (event.type === 'moved') looks.moved(event.id);
  return event.type === 'taken_over';
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
