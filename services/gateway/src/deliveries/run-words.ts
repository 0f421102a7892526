import type { JobView, RunId, RunView, Tenant } from '@bakerst/contracts';
import type { ChannelAction } from '@bakerst/contracts/channels';
import { type Brain, toNamed } from '../brain.ts';
import type { Button } from '../channel.ts';
import { toNote } from './lay-out.ts';
import type { Answer } from './show-answer.ts';

const CARDS = 3;

export function toStop(runId: RunId): Button {
  return toButton('Stop', { type: 'stop', run_id: runId });
}

function toButton(label: string, action: ChannelAction): Button {
  return { label, press: { type: 'action', action } };
}

/** Of a message that waits for another run to end. */
export function toWaiting({ id: run_id, position }: RunView): Pick<Answer, 'buttons' | 'note'> {
  const place = position === null ? '' : `: number ${position}`;
  return {
    note: toNote(`Waiting${place}`),
    buttons: [
      [
        toButton('Say it now', { type: 'steer', run_id }),
        toButton('Instead', { type: 'interrupt', run_id }),
        toButton('Take back', { type: 'withdraw', run_id }),
      ],
    ],
  };
}

/** What is going on, where the text does not tell. */
export function toWorking(tool: string | undefined): Pick<Answer, 'ifEmpty' | 'note'> {
  const note = tool === undefined ? undefined : toNote(`⏳ ${tool.replaceAll('_', ' ')} …`);
  return { note, ifEmpty: toNote('⏳ …') };
}

/** Jobs of which nobody knows whether they happened. */
export async function listUncertain(
  brain: Pick<Brain, 'listJobs'>,
  { runId, tenant }: { readonly runId: RunId; readonly tenant: Tenant },
): Promise<readonly JobView[]> {
  const query = { ...toNamed(tenant), run_id: runId, status: 'interrupted' } as const;
  return (await brain.listJobs({ ...query, limit: CARDS })).data;
}

/** How a run that has ended is told; its answer has the notice in it, if there is one. */
export function toEnding(
  { status, answer, error }: RunView,
  uncertain: readonly JobView[],
): Pick<Answer, 'buttons' | 'ifEmpty' | 'markdown' | 'note'> {
  const buttons = uncertain.flatMap((job, index) =>
    toCard(job, uncertain.length > 1 ? index : undefined),
  );
  const words = [
    ...(status === 'failed'
      ? [`Sorry, that did not work: ${error?.message ?? 'no answer came'}.`]
      : []),
    ...(buttons.length === 0 ? [] : [toQuestion(uncertain)]),
  ];
  return {
    markdown: answer ?? '',
    buttons,
    note: words.length === 0 ? undefined : toNote(words.join('\n')),
    ifEmpty: toNote(status === 'halted' ? 'Stopped.' : 'There is nothing to say.'),
  };
}

function toQuestion(jobs: readonly JobView[]): string {
  if (jobs.length === 1) return `Did it happen? (${jobs[0]?.type})`;
  return ['Did they happen?', ...jobs.map(({ type }, index) => `${index + 1}. ${type}`)].join('\n');
}

function toCard({ id: job_id }: JobView, index: number | undefined): readonly Button[][] {
  const lead = index === undefined ? '' : `${index + 1}. `;
  const resolve = (label: string, outcome: 'happened' | 'did_not_happen' | 'retry'): Button =>
    toButton(lead + label, { type: 'resolve', job_id, outcome });
  return [
    [resolve('It happened', 'happened'), resolve('It did not', 'did_not_happen')],
    [resolve('Try again', 'retry')],
  ];
}
