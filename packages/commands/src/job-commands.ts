import { isTerminalJob, type JobView, SandboxEnvelope } from '@bakerst/contracts';
import { type Command, type CommandContext, toOptions, type Value } from './command.ts';
import { toBlock, toLine } from './show-text.ts';

const SHOWN_JOBS = 10;
/** Among so many of the newest jobs the beginning of an id is looked for. */
const KNOWN_JOBS = 100;
const ID_CHARS = 8;
const LOOK_EVERY_MS = 500;
const LOOKS = 120;
const FENCED = /^```\w*\n([\s\S]*?)\n?```$/;

export const runCommand: Command = {
  name: 'run',
  aliases: [],
  summary: 'Runs JavaScript or TypeScript in the sandbox',
  argument: { name: 'code', isOptional: false },
  async run(context, text) {
    const code = FENCED.exec(text)?.[1] ?? text;
    const { client, deliverTo: deliver_to } = context;
    const body = { type: 'code', code } as const;
    if (deliver_to !== undefined) {
      await client.postJob({ ...body, deliver_to }, toOptions(context));
      return;
    }
    const { id } = await client.postJob(body, toOptions(context));
    const job = await untilItEnds(context, id);
    context.say(isTerminalJob(job.status) ? describe(job) : `Still going on: \`/job ${id}\``);
  },
};

export const jobCommand: Command = {
  name: 'job',
  aliases: [],
  summary: 'Shows a job, or the newest one',
  argument: { name: 'id', isOptional: true, listValues: listIds },
  async run({ client, say }, text) {
    const { data } = await client.listJobs({ limit: text === '' ? 1 : KNOWN_JOBS });
    const known = data.find(({ id }) => id.startsWith(text.toLowerCase()));
    if (text === '' && known === undefined) return say('There is no job yet.');
    say(describe(known ?? (await client.getJob(text))));
  },
};

export const jobsCommand: Command = {
  name: 'jobs',
  aliases: [],
  summary: 'Lists the newest jobs',
  async run({ client, say }) {
    const { data } = await client.listJobs({ limit: SHOWN_JOBS });
    if (data.length === 0) return say('There is no job yet.');
    say(data.map(({ id, type, status }) => toLine(`\`${id}\` ${type}, ${status}`)).join('\n'));
  },
};

async function listIds({ client }: CommandContext): Promise<readonly Value[]> {
  const { data } = await client.listJobs({ limit: SHOWN_JOBS });
  return data.map(({ id, type, status }) => ({ value: id, hint: `${type}, ${status}` }));
}

async function untilItEnds({ client, wait }: CommandContext, id: string): Promise<JobView> {
  let job = await client.getJob(id);
  for (let looks = 0; looks < LOOKS && !isTerminalJob(job.status); looks += 1) {
    await wait(LOOK_EVERY_MS);
    job = await client.getJob(id);
  }
  return job;
}

function describe({ id, type, status, result, error }: JobView): string {
  const head = `**${type}** \`${id.slice(0, ID_CHARS)}\` ${status}`;
  if (error !== null) return `${head}: ${error.code}\n\n${toBlock(error.message)}`;
  const envelope = type === 'code' ? SandboxEnvelope.safeParse(result).data : undefined;
  if (envelope?.ok !== true) return result === null ? head : `${head}\n\n${toShown(result)}`;
  const logs = envelope.logs.map(({ message }) => message).join('\n');
  return [head, ...(logs === '' ? [] : [toBlock(logs)]), toShown(envelope.value)].join('\n\n');
}

function toShown(value: unknown): string {
  if (typeof value === 'string') return toBlock(value);
  return toBlock(JSON.stringify(value, null, 2) ?? 'undefined', 'json');
}
