import type { ChannelAction, ChannelButton } from '@bakerst/contracts/channels';
import { limitOutput, toCarriableText } from '@bakerst/kit';
import { z } from 'zod';
import type { Job } from '../jobs/job.ts';
import { summarise } from '../jobs/job-view.ts';
import type { OutgoingText } from './delivery.ts';

/** What a person reads of a job in a chat. */
const OUTPUT_MAX_CHARS = 3_500;

const Code = z.looseObject({ ok: z.literal(true), value: z.json() });
const Command = z.looseObject({ stdout: z.string(), stderr: z.string() });
const Told = z.looseObject({ text: z.string() });
const Body = z.looseObject({ status: z.int(), body: z.string() });

/** What became of a job, in words, with its output; buttons where a person has to say what did. */
export function describeJob(job: Job): OutgoingText {
  const what = `${KINDS[job.spec.type]} ${quote(summarise(job.spec))}`;
  const output = readOutput(job);
  const text = [`${what} ${toVerdict(job)}.`, ...(output === '' ? [] : [fence(output)])].join(
    '\n\n',
  );
  // What code gives is any JSON: a channel carries no half of a character, and no U+0000.
  return {
    text: toCarriableText(text),
    buttons: job.status === 'interrupted' ? toQuestions(job) : [],
  };
}

const KINDS = {
  code: 'The code',
  command: 'The command',
  http: 'The request',
  agent: 'The assistant’s work on',
  mcp: 'The tool',
} as const satisfies Record<Job['spec']['type'], string>;

/** As it stands, in one line: no character of it is Markdown. */
function quote(summary: string): string {
  const text = summary.replaceAll(/\s+/g, ' ').trim();
  const ticks = '`'.repeat(longestTicks(text) + 1);
  const pad = /^`|`$/.test(text) ? ' ' : '';
  return `${ticks}${pad}${text}${pad}${ticks}`;
}

function longestTicks(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
}

function toVerdict({ status, error }: Job): string {
  const why = error === undefined ? '' : `: ${error.message.replace(/\.$/, '')}`;
  switch (status) {
    case 'completed':
      return 'is done';
    case 'halted':
      return 'was stopped';
    case 'interrupted':
      return `was cut off, and whether it took effect is not known${error?.code === 'RESTORED' ? '' : ': please look'}`;
    case 'dead':
    case 'failed':
      return `has failed${why}`;
    default:
      return `is ${status}`;
  }
}

function readOutput({ result, error }: Job): string {
  if (result === undefined || result === null) return '';
  return limitOutput(toText(result, error !== undefined).trim(), { maxChars: OUTPUT_MAX_CHARS });
}

/** `hasFailed`: then what went wrong is of interest too. */
function toText(result: unknown, hasFailed: boolean): string {
  const code = Code.safeParse(result).data;
  if (code !== undefined) return toPlain(code.value);
  const command = Command.safeParse(result).data;
  if (command !== undefined)
    return hasFailed ? `${command.stdout}\n${command.stderr}` : command.stdout;
  const body = Body.safeParse(result).data;
  if (body !== undefined) return `${body.status}\n${body.body}`;
  const told = Told.safeParse(result).data;
  return told?.text ?? (hasFailed ? '' : toPlain(result));
}

function toPlain(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}

/** A fence longer than any within. */
function fence(output: string): string {
  const ticks = '`'.repeat(Math.max(2, longestTicks(output)) + 1);
  return `${ticks}\n${output}\n${ticks}`;
}

function toQuestions({ id }: Job): readonly ChannelButton[] {
  const ask = (
    label: string,
    outcome: Extract<ChannelAction, { readonly type: 'resolve' }>['outcome'],
  ): ChannelButton => ({ label, action: { type: 'resolve', job_id: id, outcome } });
  return [
    ask('It happened', 'happened'),
    ask('It did not', 'did_not_happen'),
    ask('Do it again', 'retry'),
  ];
}
