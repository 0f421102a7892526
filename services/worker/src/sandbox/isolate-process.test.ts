import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { FromChild } from './isolate-messages.ts';
import { startIsolateProcess } from './isolate-process.ts';
import { loadIsolateProgram } from './isolate-program.ts';

/** Runs a program of the test's own where a sandbox process would run, with the same arguments and rights. */
async function runInsteadOfSandbox(source: string): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<FromChild>();
  const child = startIsolateProcess({ ...loadIsolateProgram(), source });
  using _ = child.listen(resolve);
  const message = await promise;
  child.kill();
  return message.type === 'value' && JSON.parse(message.json);
}

function answerOf(attempt: string): string {
  return `
    import { once } from 'node:events';
    const builtin = (name) => process.getBuiltinModule(name);
    const answer = (value) => process.send({ type: 'value', json: JSON.stringify(value) });
    process.on('uncaughtException', ({ code }) => answer(code));
    try { answer(await (async () => { ${attempt} })()) } catch ({ code }) { answer(code) }`;
}

test.each([
  ['read a file', "return builtin('fs').readFileSync('/etc/hostname', 'utf8')"],
  ['read its own memory map', "return builtin('fs').readFileSync('/proc/self/maps', 'utf8')"],
  ['write a file', "return builtin('fs').writeFileSync('/tmp/tea', 'tea')"],
  ['start a process', "return builtin('child_process').execFileSync('/bin/true')"],
  ['start a thread', "return new (builtin('worker_threads').Worker)('1', { eval: true })"],
  ['use WASI', "return new (builtin('wasi').WASI)({ version: 'preview1' })"],
  ['open the inspector', "return builtin('inspector').open(0)"],
  ['listen on a port', "return await once(builtin('net').createServer().listen(0), 'listening')"],
  ['look up a name', "return await builtin('dns').promises.lookup('localhost')"],
  [
    'send a datagram',
    "builtin('dgram').createSocket('udp4').send('tea', 9, '127.0.0.1', (error) => answer(error.code)); await new Promise(() => {})",
  ],
])('a sandbox process cannot %s', async (_, attempt) => {
  expect(await runInsteadOfSandbox(answerOf(attempt))).toBe('ERR_ACCESS_DENIED');
});

test('a sandbox process cannot open a socket', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const connected = vi.fn();
  server.on('connection', connected);
  const address = JSON.stringify(server.address());
  const attempt = `return await once(builtin('net').connect(${address}.port, '127.0.0.1'), 'connect')`;
  expect(await runInsteadOfSandbox(answerOf(attempt))).toBe('ERR_ACCESS_DENIED');
  expect(connected).not.toHaveBeenCalled();
  server.close();
});

test('a sandbox process knows of its environment the time zone alone', async () => {
  expect(await runInsteadOfSandbox(answerOf('return process.env'))).toEqual({ TZ: 'UTC' });
});

test('a process that cannot load isolated-vm says why', async () => {
  const program = loadIsolateProgram();
  const start = { ...program.start, addonPath: '/nowhere/isolated-vm.node' };
  const child = startIsolateProcess({ ...program, start });
  expect(await child.exited).toMatch(/nowhere/);
  expect(await child.ready).toBe(false);
});

test('a process that does not speak the protocol is ended', async () => {
  const source = "process.send({ type: 'value', json: 42 }); setInterval(() => {}, 1_000)";
  const child = startIsolateProcess({ ...loadIsolateProgram(), source });
  await child.exited;
  expect(await child.ready).toBe(false);
});

test.each([
  ['idle', 1, ''],
  [
    'running a loop',
    2,
    "void sandbox.run({ user: 'gary', source: 'console.log(1); for (;;);', timeoutMs: 30_000, startsAt: 0, chance: '' }, {});",
  ],
  // Node's stripper takes twice as long for each of these.
  [
    'stuck in stripping types',
    2,
    "void sandbox.run({ user: 'gary', source: 'let tea: any = ' + 'a ? (b) : c => '.repeat(40), timeoutMs: 30_000, startsAt: 0, chance: '' }, {});",
  ],
])('a process that is %s does not outlive its worker by a second', async (_, processes, work) => {
  const worker = spawn(
    process.execPath,
    [
      '--conditions=bakerst-source',
      '--input-type=module-typescript',
      '--eval',
      workerSource(processes, work),
    ],
    { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  onTestFinished(() => void worker.kill('SIGKILL'));
  const [chunk] = await once(worker.stdout, 'data');
  const pids: number[] = JSON.parse(String(chunk));
  expect(pids.some(isRunning)).toBe(true);
  worker.kill('SIGKILL');
  await once(worker, 'exit');
  await vi.waitFor(() => expect(pids.filter(isRunning)).toEqual([]), {
    timeout: 30_000,
    interval: 10,
  });
});

/** A worker that does some work and tells the ids of its sandbox processes once so many have started. */
function workerSource(processes: number, work: string): string {
  return `
    import { systemClock } from '@bakerst/kit';
    import { openIsolateSandbox } from '${import.meta.dirname}/isolate-sandbox.ts';
    const pids = [];
    const write = ({ pid }, event) => {
      if (event === 'sandbox process started' && pids.push(pid) === ${processes})
        process.stdout.write(JSON.stringify(pids));
    };
    const log = { debug: write, info: write, warn: write, error: write, fatal: write };
    const sandbox = openIsolateSandbox({ clock: systemClock, log, maxChildren: 2 });
    await sandbox.warmUp();
    ${work}`;
}

/** False for a process that nobody has buried yet. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
