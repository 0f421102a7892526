import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Script, type ScriptReply, textReply, toolReply } from '@bakerst/offline-model';
import { busyCode } from '../../support/busy-code.ts';
import { appendLine, makeOperatingSystem } from '../../support/operating-system.ts';
import { type HaltedSystem, startedAfterHalt, timesToEnd } from '../checkers/halts.ts';
import { finishTimes } from '../checkers/jobs.ts';
import { checkRuns, unfinishedRuns } from '../checkers/runs.ts';
import type { FaultClient } from '../harness/client.ts';
import {
  type OpenStage,
  type Play,
  type Scenario,
  toProblems,
  type Verdict,
} from '../harness/scenario.ts';
import { openSilentServer } from '../harness/silent-server.ts';
import { forEach, until, untilNone } from '../harness/until.ts';
import { watchExecutions } from '../harness/watch-executions.ts';

const END_MS = 5_000;
/** Far longer than a halted call may last. */
const LONG_MS = 14_000;
/** What the runs do, one after the other: short calls again and again, or something that lasts. */
const KINDS = ['short', 'code', 'command', 'http', 'reply'] as const;
/** A run that nothing halts comes to its end after so many short calls, or a single other one. */
const MOST_SHORT_CALLS = 40;

/** Runs that call one tool after the other, or are in the middle of a long one, halted at random moments. */
export const p22: Scenario = {
  name: 'P22',
  promise: 'After a halt is answered no new tool call starts; running ones end within 5 s.',
  mutants: ['halt-forgotten', 'halt-unannounced', 'deaf-to-halts'],
  async play(play) {
    const { open, count, random, dir, history } = play;
    await using server = await openSilentServer();
    const env = { OPERATING_SYSTEM_DIR: makeOperatingSystem(), HTTP_ALLOW_HOSTS: server.host };
    const script = createScript(server.host, join(dir, 'lines'));
    const brainEnv = { ...env, LOCK_LEASE_MS: '5000' };
    const opened = await open({ brains: 2, workers: 2, script, brainEnv, workerEnv: env });
    await using watch = await watchExecutions(opened.stage);
    const halts = new Map<unknown, number>();
    await forEach(count({ smoke: 20, normal: 50, full: 100 }), 5, (i) =>
      haltOne(opened, halts, { i, afterMs: random.between(100, 1_200) }),
    );
    await untilNone(() => unfinishedRuns(opened.stage.unfinished()));
    // What a worker still has in hand may end a little later.
    const finished = () => finishTimes(history.events);
    const { executions } = watch;
    await until(() => executions.every(({ jobId }) => finished().has(jobId)), END_MS);
    const dump = opened.stage.dump();
    return judge(play, {
      dump,
      halts,
      executions,
      finished: finished(),
      calls: server.calls,
    });
  },
};

function createScript(host: string, file: string): Script {
  const replies: Readonly<Record<string, (name: string) => ScriptReply>> = {
    short: () => toolReply('execute_code', { code: busyCode(120) }),
    code: () => toolReply('execute_code', { code: busyCode(LONG_MS) }),
    command: (name) =>
      toolReply('dispatch_job', { type: 'command', command: appendLine(file, name, LONG_MS) }),
    http: (name) => toolReply('dispatch_job', { type: 'http', url: `http://${host}/${name}` }),
    reply: () => ({
      kind: 'message',
      blocks: [{ type: 'text', text: 'late' }],
      pace: { firstByteMs: LONG_MS, deltaMs: 0 },
    }),
  };
  return (request) => {
    const said = JSON.stringify(request.messages);
    const [, kind = '', i] = /work-([a-z]+)-(\d+)/.exec(said) ?? [];
    const calls = said.split('"tool_result"').length - 1;
    if (calls >= (kind === 'short' ? MOST_SHORT_CALLS : 1)) return textReply('done');
    return replies[kind]?.(`${kind}-${i}`) ?? textReply('there is nothing to do');
  };
}

/** Notes the moment at which a halt was answered, by the id of its run. */
async function haltOne(
  { client }: OpenStage,
  halts: Map<unknown, number>,
  { i, afterMs }: { i: number; afterMs: number },
): Promise<void> {
  const user = `user-${i}`;
  const body = { message: `work-${KINDS[i % KINDS.length]}-${i}` };
  const chat = { request: `chat ${i}`, user, path: '/api/v1/chat', body, brain: 0 };
  const asking = client.ask(chat);
  await delay(afterMs);
  // Asked of the brain that does not execute it.
  const brain = 1;
  const id = await findRun(client, { user, brain });
  const path = `/api/v1/runs/${id}/halt?user_id=${user}`;
  const halted = await client.ask({ request: `halt ${i}`, user, path, body: {}, brain });
  if (halted.status === 200) halts.set(id, Date.now());
  await asking;
}

/** On a machine that has other work a message may take its time until it is a run. */
async function findRun(
  client: FaultClient,
  whom: { readonly user: string; readonly brain: number },
): Promise<unknown> {
  let id: unknown;
  await until(async () => {
    const listed = await client.ask({ request: 'list', path: '/api/v1/runs', ...whom });
    const [run] = Array.isArray(listed.body['data']) ? listed.body['data'] : [];
    id = run?.id;
    return id !== undefined;
  }, 10_000);
  return id;
}

function judge({ history: { events } }: Play, system: HaltedSystem): Verdict {
  const { runs } = system.dump;
  const started = startedAfterHalt(system);
  const times = timesToEnd(system);
  const isLate = (ms: number): boolean => ms > END_MS;
  const cut = runs.filter(({ status }) => status === 'halted').length;
  return {
    counts: {
      halts: system.halts.size,
      'halted in the middle': cut,
      'tool calls on': times.jobs.filter((ms) => ms > 0).length,
      'tool calls after the halt': started['tool call after the halt was answered'].length,
      'longest end of a run ms': Math.max(0, ...times.runs),
      'longest end of a tool call ms': Math.max(0, ...times.jobs, ...times.requests),
    },
    problems: toProblems({
      ...checkRuns(events, system.dump),
      ...started,
      'run that did not end within 5 s': times.runs.filter(isLate),
      'tool call that did not end within 5 s': times.jobs.filter(isLate),
      'request that was not given up within 5 s': times.requests.filter(isLate),
    }),
    isVoid: whyVoid(system),
  };
}

/** Every kind of work must have been hit: by the message, the kinds of those that were halted. */
function whyVoid({ dump }: HaltedSystem): string | undefined {
  const said = dump.messages.filter(({ role }) => role === 'user');
  const kindOf = new Map(
    said.map(({ run_id, content }) => [run_id, String(content).split('-')[1]]),
  );
  const halted = dump.runs.filter(({ status }) => status === 'halted');
  const missed = KINDS.filter((kind) => !halted.some(({ id }) => kindOf.get(id) === kind));
  return missed.length === 0 ? undefined : `never halted in the middle of: ${missed.join(', ')}`;
}
