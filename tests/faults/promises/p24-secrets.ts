import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { byTurn, type ScriptFunction, textReply, toolReply } from '@bakerst/offline-model';
import { findLeaks, makeCanaries, readFiles, showAll } from '../../support/canaries.ts';
import { makeOperatingSystem } from '../../support/operating-system.ts';
import { unfinishedJobs } from '../checkers/jobs.ts';
import { unfinishedRuns } from '../checkers/runs.ts';
import type { Ask } from '../harness/client.ts';
import { answersOf, logLines } from '../harness/history.ts';
import { close, listen } from '../harness/listen.ts';
import {
  type OpenStage,
  type Play,
  type Scenario,
  toProblems,
  type Verdict,
} from '../harness/scenario.ts';
import { SUPER_TOKEN } from '../harness/stage.ts';
import { forEach, until } from '../harness/until.ts';

const USERS = 8;
const MARK = '[redacted]';

/** Programs, pages and the model's server show every secret in every form, and everything is looked through afterwards. */
export const p24: Scenario = {
  name: 'P24',
  promise:
    'No secret of the system is in a log, a prompt, a stored result, a stream, an answer or an error, whoever shows it.',
  mutants: ['secrets-shown'],
  async play(play) {
    const canaries = makeCanaries();
    const secrets = [SUPER_TOKEN, ...Object.values(canaries)];
    const file = join(play.dir, 'careless.txt');
    writeFileSync(file, showAll(secrets));
    await using page = await openPage(showAll(secrets));
    const env = {
      LOG_LEVEL: 'debug',
      OPERATING_SYSTEM_DIR: makeOperatingSystem(),
      HTTP_ALLOW_HOSTS: page.host,
    };
    const command = `node -p 'require("fs").readFileSync("${file}", "utf8")'`;
    const { ANTHROPIC_AUTH_TOKEN: key } = canaries;
    const brainEnv = { ...env, ...canaries };
    const script = createScript(key, command);
    const opened = await play.open({ workers: 1, script, brainEnv, workerEnv: env });
    await forEach(play.count({ smoke: 8, normal: 40, full: 200 }), USERS, async (i) => {
      await opened.client.ask(toAsk(i, { command, host: page.host }));
    });
    await until(() => countOpen(opened) === 0, 60_000);
    await readBack(opened);
    return judge(play, opened, secrets);
  },
};

interface Page extends AsyncDisposable {
  readonly host: string;
}

async function openPage(text: string): Promise<Page> {
  const server = createServer((_request, response) => response.end(text));
  const port = await listen(server);
  return {
    host: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await close(server);
    },
  };
}

function createScript(key: string, command: string): ScriptFunction {
  const runs = byTurn([toolReply('dispatch_job', { type: 'command', command }), textReply('done')]);
  return (request) =>
    JSON.stringify(request.messages).includes('refuse')
      ? { kind: 'refusal', status: 400, message: `there is no account for ${key}` }
      : runs(request, 0);
}

interface Careless {
  readonly command: string;
  readonly host: string;
}

/** Every way in by turns. */
function toAsk(i: number, { command, host }: Careless): Ask {
  const user = `user-${i % USERS}`;
  const chat = { message: `run it ${i}`, on_busy: 'queue' };
  const kinds: readonly Ask[] = [
    { request: `chat ${i}`, user, path: '/api/v1/chat', body: chat },
    { request: `stream ${i}`, user, path: '/api/v1/chat/stream', body: chat },
    { request: `job ${i}`, user, path: '/api/v1/jobs', body: { type: 'command', command } },
    {
      request: `job ${i}`,
      user,
      path: '/api/v1/jobs',
      body: { type: 'http', url: `http://${host}/` },
    },
    {
      request: `refused ${i}`,
      user,
      path: '/api/v1/chat',
      body: { ...chat, message: `refuse ${i}` },
    },
  ];
  return kinds[i % kinds.length] ?? { request: 'none', user, path: '/' };
}

function countOpen({ stage }: OpenStage): number {
  const dump = stage.dump();
  return unfinishedRuns(dump).length + unfinishedJobs(dump).length;
}

/** What was stored is read as a person would. */
async function readBack({ client }: OpenStage): Promise<void> {
  for (let i = 0; i < USERS; i++)
    for (const path of ['/api/v1/runs', '/api/v1/jobs'])
      await client.ask({ request: 'read', user: `user-${i}`, path });
}

function judge(
  { history: { events } }: Play,
  { stage }: OpenStage,
  secrets: readonly string[],
): Verdict {
  const answers = answersOf(events).map(({ body }) => JSON.stringify(body));
  const texts = new Map([
    ['logs', logLines(events, '').join('\n')],
    ['answers', answers.join('\n')],
    ['prompts', stage.model.requests.map(({ rawBody }) => rawBody).join('\n')],
    ...readFiles(dirname(stage.databaseFile)),
    ...readFiles(stage.nats.storeDir),
  ]);
  const leaks = findLeaks(secrets, texts);
  const shown = answers.filter((answer) => answer.includes(MARK)).length;
  return {
    counts: {
      secrets: secrets.length,
      'texts looked through': texts.size,
      'answers with something hidden': shown,
      leaks: leaks.length,
    },
    problems: toProblems({ 'secret that can be read': leaks }),
    isVoid: shown === 0 ? 'nothing was shown that had to be hidden' : undefined,
  };
}
