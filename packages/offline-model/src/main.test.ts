import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { buildBody, post, postForMessage, readText } from './testing.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

interface Started extends AsyncDisposable {
  readonly url: string;
  readonly child: ChildProcess;
}

async function start(...args: readonly string[]): Promise<Started> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exit = once(child, 'exit');
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return {
    url: JSON.parse(line).url,
    child,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exit;
    },
  };
}

async function makeFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'offline-model-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

test('as a process it plays a script file and logs raw bodies that outlive its kill', async () => {
  await using folder = await makeFolder();
  const script = join(folder.path, 'script.json');
  const log = join(folder.path, 'requests.jsonl');
  const reply = { kind: 'message', blocks: [{ type: 'text', text: 'from the file' }] };
  await writeFile(script, JSON.stringify({ by: 'turn', replies: [reply] }));
  const rawBody = ` ${JSON.stringify(buildBody('ä'))}`;
  {
    await using model = await start('--script', script, '--log', log);
    expect(await (await post(model, rawBody)).text()).toContain('from the file');
    await post(model, '{');
  }
  const lines = (await readFile(log, 'utf8')).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { index: 0, rawBody, headers: { 'anthropic-version': '2026-10-21' } },
    { index: 1, rawBody: '{' },
  ]);
});

test('as a process without a script it follows the offline rules, and ends on TERM', async () => {
  await using model = await start();
  const exit = once(model.child, 'exit');
  expect(readText(await postForMessage(model, buildBody('hello')))).toContain('offline model');
  model.child.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
});
