import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, inject, test, vi } from 'vitest';
import { findFreePort } from '../local/local-port.ts';
import { makeDir } from '../testing/make-dir.ts';
import { processesInGroup, untilGroupIsGone } from '../testing/processes-in-group.ts';
import { type SystemOptions, startSystem } from '../testing/start-system.ts';

// Processes are started; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 30_000 });

const READY = /bakerst is ready/;
const BRAIN = /stand-in-brain\.ts/;
const WORKER = /stand-in-worker\.ts/;
const NATS_SERVER = /^\S*nats-server -c/;
const GUARD = /^sh .*guard\.sh/;
const natsServer = inject('natsServer');

async function start(options: Partial<SystemOptions> = {}) {
  const system = await startSystem({ natsServer, ...options });
  return Object.assign(system, { ready: () => system.untilPrinted(READY) });
}

test('a ready system says where it listens, how to ask it and how to stop it', async () => {
  await using system = await start();
  await system.ready();
  const block = system.output();
  expect(block).toContain(`http://127.0.0.1:${system.port}`);
  expect(block).toContain(`$(cat ${system.dataDir}/owner-token)`);
  expect(block).toMatch(/Ctrl-C[\s\S]*npm run reset[\s\S]*\.env-secrets/);
  expect(readFileSync(join(system.dataDir, 'owner-token'), 'utf8').trim()).toHaveLength(43);
});

test('all that it starts is in its process group and shows its entry point', async () => {
  await using system = await start({ env: { WORKERS: '2' } });
  await system.ready();
  const commands = processesInGroup(system.pid).map(({ command }) => command);
  expect(commands.filter((command) => command.includes('stand-in-brain.ts'))).toHaveLength(1);
  expect(commands.filter((command) => command.includes('stand-in-worker.ts'))).toHaveLength(2);
  expect(commands.some((command) => /nats-server -c .*nats\.conf/.test(command))).toBe(true);
});

test('what it keeps is readable for its owner alone', async () => {
  await using system = await start();
  await system.ready();
  for (const file of ['auth-token', 'owner-token', 'nats/nats.conf', 'nats/credentials.json'])
    expect(statSync(join(system.dataDir, file)).mode & 0o777, file).toBe(0o600);
});

test('a service gets the variables that are meant for it and no others', async () => {
  await using system = await start({
    env: { LOG_LEVEL: 'warn', WORKER_CONCURRENCY: '2', ANTHROPIC_API_KEY: 'sk-ant-x', GARY: '1' },
  });
  await system.ready();
  const envOf = (service: string) =>
    JSON.parse(readFileSync(join(system.dataDir, `logs/${service}.log`), 'utf8')).env;
  const brain = envOf('brain');
  const worker = envOf('worker');
  expect(brain).toMatchObject({ LOG_LEVEL: 'warn', ANTHROPIC_API_KEY: 'sk-ant-x' });
  expect(brain.NATS_URL).toMatch(/^nats:\/\/brain:/);
  expect(brain).not.toHaveProperty('OFFLINE_MODEL_URL');
  expect(Object.keys(worker).sort()).toEqual([
    'LOG_LEVEL',
    'NATS_URL',
    'NODE_COMPILE_CACHE',
    'WORKER_CONCURRENCY',
  ]);
  expect(worker.NATS_URL).toMatch(/^nats:\/\/worker:/);
});

test('a gateway runs beside them once a bot was named, and knows nothing but the brain', async () => {
  await using system = await start({ env: { TELEGRAM_BOT_TOKEN: '1:token-of-the-bot' } });
  await system.ready();
  const envOf = (service: string) =>
    JSON.parse(readFileSync(join(system.dataDir, `logs/${service}.log`), 'utf8')).env;
  const token = readFileSync(join(system.dataDir, 'gateway-token'), 'utf8').trim();
  expect(envOf('gateway')).toMatchObject({
    BAKERST_TOKEN: token,
    BAKERST_URL: `http://127.0.0.1:${system.port}`,
    TELEGRAM_BOT_TOKEN: '1:token-of-the-bot',
  });
  expect(envOf('gateway')).not.toHaveProperty('NATS_URL');
  expect(envOf('brain')).toMatchObject({ GATEWAY_TOKEN: token });
  expect(envOf('brain')).not.toHaveProperty('TELEGRAM_BOT_TOKEN');
  expect(system.output()).not.toContain(token);
});

test('a service that dies is started again at once, and the next time half a second later', async () => {
  await using system = await start();
  await system.ready();
  process.kill(system.pidOf(WORKER), 'SIGKILL');
  await system.untilPrinted(/worker was killed \(SIGKILL\); starting it again now/);
  await system.untilPrinted(/worker is back/);
  process.kill(system.pidOf(WORKER), 'SIGKILL');
  await system.untilPrinted(/starting it again in 0\.5 s[\s\S]*worker is back/);
});

test.each([
  ['nats-server', NATS_SERVER],
  ['the guard of nats-server', GUARD],
])('when %s dies, it is started again on its port with its data', async (_name, command) => {
  await using system = await start();
  await system.ready();
  const ports = readFileSync(join(system.dataDir, 'nats/ports.json'), 'utf8');
  const before = system.pidOf(NATS_SERVER);
  process.kill(system.pidOf(command), 'SIGKILL');
  await system.untilPrinted(/nats-server ended[\s\S]*nats-server is back/);
  expect(system.pidOf(NATS_SERVER)).not.toBe(before);
  expect(readFileSync(join(system.dataDir, 'nats/ports.json'), 'utf8')).toBe(ports);
  system.signalGroup('SIGTERM');
  await untilGroupIsGone(system.pid, 3000);
});

test('a service that refuses to run ends everything with its sentence and exit code 78', async () => {
  const dataDir = makeDir();
  writeFileSync(join(dataDir, 'refuse'), '');
  await using system = await start({ dataDir });
  expect(await system.exited).toBe(78);
  expect(system.output()).toContain('the stand-in was told to refuse');
  await untilGroupIsGone(system.pid, 100);
});

test.each(['SIGTERM', 'SIGHUP'] as const)(
  '%s ends everything within 3 s, with exit code 0',
  async (signal) => {
    await using system = await start();
    await system.ready();
    process.kill(system.pid, signal);
    expect(await system.exited).toBe(0);
    expect(await untilGroupIsGone(system.pid, 3000)).toBeLessThan(3000);
  },
);

test('Ctrl-C, which reaches the whole group, ends everything within 3 s, with exit code 0', async () => {
  await using system = await start();
  await system.ready();
  system.signalGroup('SIGINT');
  expect(await system.exited).toBe(0);
  await untilGroupIsGone(system.pid, 3000);
});

test('after Ctrl-C nats-server is there for as long as a service finishes its work', async () => {
  await using system = await start({ env: { LOG_LEVEL: 'linger' } });
  await system.ready();
  const before = system.pidOf(NATS_SERVER);
  system.signalGroup('SIGINT');
  await expect.poll(() => system.pidOf(NATS_SERVER)).not.toBe(before);
  expect(system.pidOf(WORKER)).toBeGreaterThan(0);
});

test('after a SIGKILL of the supervisor nats-server is there for as long as a service finishes its work', async () => {
  await using system = await start({ env: { LOG_LEVEL: 'linger' } });
  await system.ready();
  process.kill(system.pid, 'SIGKILL');
  await system.exited;
  const [brain, worker] = [system.pidOf(BRAIN), system.pidOf(WORKER)];
  process.kill(worker, 'SIGKILL');
  const commands = () => processesInGroup(system.pid).map(({ command }) => command);
  await expect.poll(commands).not.toContainEqual(expect.stringMatching(WORKER));
  expect(system.pidOf(NATS_SERVER)).toBeGreaterThan(0);
  process.kill(brain, 'SIGKILL');
  await untilGroupIsGone(system.pid, 3000);
});

test('a second Ctrl-C does not wait for running work', async () => {
  await using system = await start({ env: { LOG_LEVEL: 'linger' } });
  await system.ready();
  process.kill(system.pid, 'SIGINT');
  await system.untilPrinted(/stopping/);
  // The same one would arrive once more from npm, within half a second.
  await delay(600);
  process.kill(system.pid, 'SIGINT');
  expect(await system.exited).toBe(0);
  await untilGroupIsGone(system.pid, 1000);
});

test('SIGKILL of the supervisor leaves nothing behind', async () => {
  await using system = await start();
  await system.ready();
  process.kill(system.pid, 'SIGKILL');
  await untilGroupIsGone(system.pid, 3000);
});

test('a second start names the pid of the first, and where it listens', async () => {
  await using first = await start();
  await first.ready();
  const startedAt = performance.now();
  await using second = await start({ dataDir: first.dataDir });
  expect(await second.exited).toBe(78);
  expect(performance.now() - startedAt).toBeLessThan(5000);
  expect(second.output()).toContain(`pid ${first.pid}, http://127.0.0.1:${first.port}`);
});

test('a start right after a SIGKILL takes over: the same ports, and the old nats-server is gone', async () => {
  await using first = await start();
  await first.ready();
  process.kill(first.pid, 'SIGKILL');
  await using second = await start({ dataDir: first.dataDir, port: first.port });
  await second.ready();
  expect(processesInGroup(first.pid)).toEqual([]);
});

test('a taken port is told within 5 s', async () => {
  const port = await findFreePort();
  const other = createServer().listen(port, '127.0.0.1');
  await using system = await start({ port });
  expect(await system.exited).toBe(78);
  expect(system.output()).toContain(`port ${port} is taken by another program`);
  other.close();
});

test('nats-server gets other ports when somebody took its own', async () => {
  const dataDir = makeDir();
  const taken = await findFreePort();
  const other = createServer().listen(taken, '127.0.0.1');
  mkdirSync(join(dataDir, 'nats'));
  const file = join(dataDir, 'nats/ports.json');
  writeFileSync(file, JSON.stringify({ port: taken, monitorPort: await findFreePort() }));
  await using system = await start({ dataDir });
  await system.ready();
  expect(JSON.parse(readFileSync(file, 'utf8')).port).not.toBe(taken);
  other.close();
});

test.each([
  ['AUTH_TOKEN', 'short', /AUTH_TOKEN must have at least 32 bytes/],
  ['PORT', 'eighty', /PORT must be a whole number/],
  ['NATS_SERVER', '/nonexistent/nats-server', /NATS_SERVER=.*correct or unset it/],
  ['BAKERST_DATA_DIR', '/dev/null/data', /data directory .* cannot be written/],
])('%s=%s is refused with what to do and exit code 78', async (name, value, sentence) => {
  await using system = await start({ env: { [name]: value } });
  expect(await system.exited).toBe(78);
  expect(system.output()).toMatch(sentence);
});
