import { ApiError } from '@bakerst/client';
import {
  isTerminalEvent,
  isTerminalRun,
  type RunId,
  type RunView,
  type Tenant,
} from '@bakerst/contracts';
import type { ChannelDelivery } from '@bakerst/contracts/channels';
import type { Clock, Logger } from '@bakerst/kit';
import { type Brain, insist, isPassing, toNamed } from '../brain.ts';
import type { Channel } from '../channel.ts';
import { toNote } from './lay-out.ts';
import type { QueueLooks } from './queue-looks.ts';
import { createRunText, type RunText } from './run-text.ts';
import { listUncertain, toEnding, toStop, toWaiting, toWorking } from './run-words.ts';
import type { Parts } from './send-parts.ts';
import { type Answer, showAnswer } from './show-answer.ts';

const TYPING_EVERY_MS = 4_000;
const LOOK_EVERY_MS = 1_500;
const SHOW_EVERY_MS = 500;
/** A run that has said nothing for so long gets a message, so that it can be stopped. */
const SILENT_MS = 2_500;

export interface RunDeps {
  readonly brain: Pick<Brain, 'followRun' | 'getRun' | 'listJobs'>;
  readonly channel: Pick<Channel, 'maxChars' | 'showTyping'>;
  readonly looks: Pick<QueueLooks, 'wait'>;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface RunDelivery {
  readonly delivery: ChannelDelivery;
  readonly runId: RunId;
  readonly tenant: Tenant;
  readonly parts: Parts;
}

/** Shows a run from its place among those that wait to its end, in the same messages. */
export async function deliverRun(
  deps: RunDeps,
  told: RunDelivery,
  signal: AbortSignal,
): Promise<void> {
  const text = createRunText();
  for (;;) {
    const run = await readRun(deps, told, signal);
    if (run === undefined) return;
    if (run.merged_into !== null) return await showNote(deps, told, 'Said to the run that is on.');
    if (isTerminalRun(run.status)) return await showEnd(deps, { ...told, run }, signal);
    if (run.status === 'queued') {
      await show(deps, told, toWaiting(run));
      await deps.looks.wait(told.delivery.id, signal);
    } else if (!(await follow(deps, { ...told, text }, signal)))
      await deps.clock.sleep(LOOK_EVERY_MS, signal);
  }
}

/** Undefined for a run that was deleted meanwhile. */
async function readRun(
  deps: RunDeps,
  { runId, tenant }: RunDelivery,
  signal: AbortSignal,
): Promise<RunView | undefined> {
  try {
    return await insist(deps, () => deps.brain.getRun(runId, toNamed(tenant)), signal);
  } catch (err) {
    if (err instanceof ApiError && err.status === 404) return undefined;
    throw err;
  }
}

const EMPTY: Omit<Answer, 'runId'> = {
  markdown: '',
  note: undefined,
  ifEmpty: undefined,
  buttons: [],
  isWhole: false,
};

async function show(deps: RunDeps, told: RunDelivery, answer: Partial<Answer>): Promise<void> {
  await showAnswer(
    told.parts,
    { ...EMPTY, runId: told.runId, ...answer },
    { maxChars: deps.channel.maxChars, replyTo: told.delivery.reply_to ?? undefined },
  );
}

async function showNote(deps: RunDeps, told: RunDelivery, note: string): Promise<void> {
  await show(deps, told, { note: toNote(note), isWhole: true });
}

async function showEnd(
  deps: RunDeps,
  told: RunDelivery & { readonly run: RunView },
  signal: AbortSignal,
): Promise<void> {
  const { run } = told;
  const uncertain =
    run.status === 'uncertain'
      ? await insist(deps, () => listUncertain(deps.brain, told), signal)
      : [];
  await show(deps, told, { ...toEnding(run, uncertain), isWhole: true });
}

type Followed = RunDelivery & { readonly text: RunText };

/** Shows the text as it comes, until the run's stream ends or breaks; true once it has come to its end. */
async function follow(deps: RunDeps, told: Followed, signal: AbortSignal): Promise<boolean> {
  const { channel, clock } = deps;
  const type = (): void => void channel.showTyping(told.delivery.chat);
  type();
  using _typing = clock.every(TYPING_EVERY_MS, type);
  const over = new AbortController();
  const both = AbortSignal.any([signal, over.signal]);
  const end = (): void => over.abort();
  const [showing, reading] = await Promise.allSettled([
    showWhile(deps, told, both).finally(end),
    readStream(deps, told, both).finally(end),
  ]);
  if (showing.status === 'rejected') throw showing.reason;
  if (reading.status === 'rejected') throw reading.reason;
  return reading.value;
}

async function readStream(
  { brain, log }: RunDeps,
  { runId, tenant, text }: Followed,
  signal: AbortSignal,
): Promise<boolean> {
  const lastEventId = text.lastId();
  const options = { ...toNamed(tenant), signal, ...(lastEventId !== undefined && { lastEventId }) };
  try {
    for await (const received of brain.followRun(runId, options)) {
      text.take(received);
      if (isTerminalEvent(received.event)) return true;
    }
  } catch (err) {
    signal.throwIfAborted();
    // It goes on behind the last event; how the run stands is asked first.
    if (!isPassing(err)) throw err;
    log.debug({ err, runId }, 'stream of a run broke');
  }
  return false;
}

/** Shows what there is again and again; a message that takes its time holds up nothing but the next look. */
async function showWhile(deps: RunDeps, told: Followed, signal: AbortSignal): Promise<void> {
  const { clock } = deps;
  const begunAt = clock.monotonic();
  let shown: string | undefined;
  while (!signal.aborted) {
    const markdown = told.text.read();
    const tool = told.text.readTool();
    const isSilent = markdown.trim() === '' && clock.monotonic() - begunAt < SILENT_MS;
    const look = `${tool ?? ''}\n${markdown}`;
    if (!isSilent && look !== shown) {
      await show(deps, told, {
        markdown,
        ...toWorking(tool),
        buttons: [[toStop(told.runId)]],
      });
      shown = look;
    }
    await clock.sleep(SHOW_EVERY_MS, signal).catch(() => undefined);
  }
}
