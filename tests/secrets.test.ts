import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@bakerst/client';
import { byTurn, type ScriptFunction, textReply, toolReply } from '@bakerst/offline-model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findLeaks, makeCanaries, readFiles, showAll } from './support/canaries.ts';
import { untilJobEnds } from './support/job-ends.ts';
import { makeOperatingSystem } from './support/operating-system.ts';
import { OWNER_TOKEN, SUPER_TOKEN, type System, startSystem } from './support/system.ts';

const NATS_PASSWORD = 'canary-password-of-nats/+4711';
const MCP_TOKEN = 'canary+token/of-an-mcp-server-4711';
const canaries = makeCanaries();
const secrets = [SUPER_TOKEN, OWNER_TOKEN, NATS_PASSWORD, MCP_TOKEN, ...Object.values(canaries)];
const file = join(mkdtempSync(join(tmpdir(), 'bakerst-')), 'careless.txt');
const PRINTS = `node -p 'require("fs").readFileSync("${file}", "utf8")'`;

/** Repeats the key, as some servers do in what they refuse, or has the careless program run. */
const script: ScriptFunction = (request) => {
  if (JSON.stringify(request.messages).includes('refuse'))
    return {
      kind: 'refusal',
      status: 400,
      message: `no model for ${canaries.ANTHROPIC_AUTH_TOKEN}`,
    };
  const call = toolReply('dispatch_job', { type: 'command', command: PRINTS });
  return byTurn([call, textReply('It has shown something.')])(request, 0);
};

let system: System;
let page: Server;
/** Everything that came over HTTP, by what was asked. */
const answers = new Map<string, string>();

async function ask(path: string, body?: object, token = OWNER_TOKEN): Promise<string> {
  const headers = { Authorization: `Bearer ${token}` };
  const response = await (body === undefined
    ? system.get(path, headers)
    : system.post(path, body, headers));
  const text = await response.text();
  const told = JSON.stringify([...response.headers]);
  answers.set(`answer ${answers.size} of ${path}`, `${told}${text}`);
  return text;
}

beforeAll(async () => {
  writeFileSync(file, showAll(secrets));
  page = createServer((_request, response) => response.end(showAll(secrets)));
  await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
  const env = {
    LOG_LEVEL: 'debug',
    OPERATING_SYSTEM_DIR: makeOperatingSystem(),
    HTTP_ALLOW_HOSTS: hostOf(page),
  };
  system = await startSystem({
    script,
    brainEnv: { ...env, ...canaries },
    workerEnv: env,
    natsCredentials: `brain:${encodeURIComponent(NATS_PASSWORD)}`,
  });
  await createClient({ baseUrl: system.url, token: SUPER_TOKEN }).putMcpServer('home', {
    id: 'careless',
    url: 'https://careless.example.org/mcp',
    authToken: MCP_TOKEN,
  });
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
  page.close();
});

function hostOf(server: Server): string {
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function logs(): ReadonlyMap<string, string> {
  const services = [system.brain, ...system.workers];
  return new Map(services.map(({ lines, pid }) => [`log of ${pid}`, lines.join('\n')]));
}

function prompts(): ReadonlyMap<string, string> {
  return new Map(system.model.requests.map(({ rawBody }, i) => [`prompt ${i}`, rawBody]));
}

test('no secret is in a log, an answer, a prompt or the database, whoever shows one', async () => {
  const shown = await ask('/api/v1/chat/stream', { message: 'run the careless program' });
  expect(shown).toMatch(/"tool_result".*\[redacted\]/);
  const refused = await ask('/api/v1/chat', { message: 'refuse this' });
  expect(refused).toContain('the model refused the request: no model for [redacted]');
  for (const job of [
    { type: 'command', command: PRINTS },
    { type: 'http', url: `http://${hostOf(page)}/` },
  ]) {
    const { id } = JSON.parse(await ask('/api/v1/jobs', job));
    await untilJobEnds(system, id);
    expect(await ask(`/api/v1/jobs/${id}`)).toContain('[redacted]');
  }
  await ask('/api/v1/runs');
  const servers = await ask('/api/v1/admin/orgs/home/mcp-servers', undefined, SUPER_TOKEN);
  expect(servers).toContain('••••4711');
  await ask('/api/v1/jobs');
  await ask(`/api/v1/runs?token=${encodeURIComponent(canaries.VOYAGE_API_KEY)}`);
  await ask(`/nothing/${encodeURIComponent(canaries.VOYAGE_API_KEY)}`);
  // What is not in the database yet is there when all is over.
  await Promise.all([system.brain, ...system.workers].map((service) => service.end('SIGTERM')));
  const files = [...readFiles(system.dataDir), ...readFiles(system.nats.storeDir)];
  const everything = new Map([...logs(), ...answers, ...prompts(), ...files]);
  expect(everything.size).toBeGreaterThan(15);
  expect(findLeaks(secrets, everything)).toEqual([]);
  // This is what would have been found.
  expect(findLeaks(secrets, new Map([['careless.txt', showAll(secrets)]])).length).toBeGreaterThan(
    secrets.length * 3,
  );
}, 90_000);
