import { ApiError } from '@bakerst/client';
import type { ChannelDelivery } from '@bakerst/contracts/channels';
import { AppError, type Clock, type Logger } from '@bakerst/kit';
import { untilAborted } from '../brain.ts';
import type { Channel } from '../channel.ts';
import { readPending } from '../messages/note.ts';
import { deliverRun, type RunDeps } from './deliver-run.ts';
import { deliverText } from './deliver-text.ts';
import type { KeptFiles } from './kept-files.ts';
import type { QueueLooks } from './queue-looks.ts';
import { Closed, Fenced } from './report-delivery.ts';
import { type Parts, type PartsDeps, Refused } from './send-parts.ts';
import type { Turns } from './turns.ts';

/** After something that was not foreseen. */
const BUG_WAIT_MS = 30_000;
const ERROR_MAX_CHARS = 1_000;

export interface DeliverDeps extends Omit<PartsDeps, 'brain' | 'channel' | 'clock'> {
  readonly brain: PartsDeps['brain'] & RunDeps['brain'];
  readonly channel: Channel;
  readonly files: Pick<KeptFiles, 'drop' | 'find'>;
  readonly looks: QueueLooks;
  /** Of the texts of a chat: the messages of two do not mix. */
  readonly turns: Turns;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Task {
  readonly delivery: ChannelDelivery;
  readonly parts: Parts;
}

/** Delivers until that has come to its end; throws Closed for what others have closed, Fenced where another gateway serves. */
export async function runDelivery(
  deps: DeliverDeps,
  task: Task,
  signal: AbortSignal,
): Promise<void> {
  const { delivery, parts } = task;
  while (!(await tryToDeliver(deps, task, signal))) {
    deps.log.warn({ deliveryId: delivery.id }, 'delivery is tried again');
    await deps.clock.sleep(BUG_WAIT_MS, signal);
  }
  deps.files.drop(delivery.id);
  deps.log.debug({ deliveryId: delivery.id, parts: parts.count() }, 'delivery is done');
}

/** False for one that met something that was not foreseen. */
async function tryToDeliver(deps: DeliverDeps, task: Task, signal: AbortSignal): Promise<boolean> {
  const { delivery, parts } = task;
  try {
    await deliver(deps, task, signal);
    await parts.report({ event: 'done', revision: delivery.revision });
    return true;
  } catch (err) {
    if (signal.aborted || err instanceof Fenced || err instanceof Closed) throw err;
    if (err instanceof ApiError && err.status === 404) return true;
    if (err instanceof Refused) {
      await parts.report({ event: 'failed', error: err.message.slice(0, ERROR_MAX_CHARS) });
      return true;
    }
    deps.log.error({ err, deliveryId: delivery.id }, 'delivery met a bug');
    return false;
  }
}

async function deliver(
  deps: DeliverDeps,
  { delivery, parts }: Task,
  signal: AbortSignal,
): Promise<void> {
  const { content, chat, org, user_id: user } = delivery;
  if (content.type === 'text') {
    const pending = readPending(content.text);
    // It is nothing to be sent, and its chat goes on meanwhile.
    if (pending !== undefined)
      return await untilAborted(() => deps.channel.takePending(pending, signal), signal);
    const { maxChars } = deps.channel;
    const text = { maxChars, findFile: deps.files.find };
    return await deps.turns.take(chat.id, signal, () =>
      deliverText(text, { ...delivery, content }, parts),
    );
  }
  if (org === null || user === null)
    throw new AppError('INTERNAL_ERROR', 'a run that is of nobody cannot be delivered');
  const told = { delivery, parts, runId: content.run_id, tenant: { org, user } };
  await deliverRun(deps, told, signal);
}
