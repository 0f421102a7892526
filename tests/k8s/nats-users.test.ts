import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { openNatsLink, requestModelConfig } from '@bakerst/bus';
import { createClient } from '@bakerst/client';
import { silentLogger, systemClock } from '@bakerst/kit';
import { openOfflineModel } from '@bakerst/offline-model';
import { expect, inject, onTestFinished, test, vi } from 'vitest';
import { buildNatsConfig, passwordVariable } from '../../scripts/cluster/build-nats-config.ts';
import { type ClusterUser, clusterPermissions } from '../../scripts/nats/permissions.ts';
import { makeDir } from '../../scripts/testing/make-dir.ts';
import { type Service, startService } from '../support/service.ts';
import { OWNER_TOKEN, SUPER_TOKEN } from '../support/system.ts';

// Each starts programs, on machines that have other things to do.
vi.setConfig({ testTimeout: 180_000 });

const WAIT = { timeout: 40_000, interval: 100 };

/** A nats-server with the configuration of the cluster, but for its ports and its directory. */
async function openNats(): Promise<(user: ClusterUser) => string> {
  const dir = makeDir();
  const file = join(dir, 'nats.conf');
  const config = buildNatsConfig()
    .replace('port: 4222', 'host: 127.0.0.1')
    .replace('http_port: 8222', '')
    .replace('/data', join(dir, 'store'));
  writeFileSync(file, config);
  const users = Object.keys(clusterPermissions()).map((user) => user as ClusterUser);
  const passwordOf = (user: ClusterUser) => `password-of-${user}`;
  const env = Object.fromEntries(users.map((user) => [passwordVariable(user), passwordOf(user)]));
  const args = ['-c', file, '-p', '-1', '--ports_file_dir', dir];
  const child = spawn(inject('natsServer'), args, { env, stdio: 'ignore' });
  onTestFinished(async () => {
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  });
  const readPorts = () => {
    const ports = readdirSync(dir).find((name) => name.endsWith('.ports'));
    return ports === undefined ? '' : readFileSync(join(dir, ports), 'utf8');
  };
  await expect.poll(readPorts, WAIT).toContain('nats');
  const host = /nats:\/\/([^"]+)/.exec(readPorts())?.[1] ?? '';
  return (user) => `nats://${user}:${passwordOf(user)}@${host}`;
}

async function start(service: Service, ready: string): Promise<Service> {
  onTestFinished(async () => void (await service.end('SIGKILL')));
  await service.logged(ready);
  return service;
}

/** A page of the web, which a policy of the cluster would have to let through. */
async function openPage(): Promise<string> {
  const server = createServer((_request, response) => void response.end('a page'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  return `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
}

test('with the users of the cluster every kind of job is done, and code asks for no key', async () => {
  const [urlFor, page] = await Promise.all([openNats(), openPage()]);
  const model = await openOfflineModel();
  onTestFinished(() => model[Symbol.asyncDispose]());
  const HTTP_ALLOW_HOSTS = page;
  const brainEnv = {
    PORT: '0',
    BAKERST_DATA_DIR: makeDir(),
    AUTH_TOKEN: SUPER_TOKEN,
    OWNER_TOKEN,
    OFFLINE_MODEL_URL: model.url,
    NATS_URL: urlFor('brain'),
    HTTP_ALLOW_HOSTS,
  };
  const worker = (user: ClusterUser, kinds: string) => {
    const env = { NATS_URL: urlFor(user), WORKER_KINDS: kinds, HTTP_ALLOW_HOSTS };
    return start(startService({ name: 'worker', env }), 'worker ready');
  };
  const [brain] = await Promise.all([
    start(startService({ name: 'brain', env: brainEnv }), 'brain ready'),
    worker('worker-code', 'code'),
    worker('worker-mcp', 'mcp,http'),
    worker('worker-agent', 'agent,command'),
  ]);
  const baseUrl = `http://127.0.0.1:${(await brain.logged('brain listens'))['port']}`;
  const owner = createClient({ baseUrl, token: OWNER_TOKEN });
  const jobs = [
    { type: 'code', code: '6 * 7' },
    { type: 'http', method: 'GET', url: `http://${page}/` },
    { type: 'command', command: 'date' },
    { type: 'agent', job: 'what is 6 * 7?' },
  ] as const;
  await Promise.all(
    jobs.map(async (job) => {
      const { id } = await owner.postJob(job);
      await expect.poll(async () => (await owner.getJob(id)).status, WAIT).toBe('completed');
    }),
  );

  const deps = { log: silentLogger, clock: systemClock };
  await using coder = openNatsLink({ url: urlFor('worker-code'), service: 'worker' }, deps);
  await using agent = openNatsLink({ url: urlFor('worker-agent'), service: 'worker' }, deps);
  await Promise.all([coder.waitConnected(30_000), agent.waitConnected(30_000)]);
  await expect(requestModelConfig(coder)).rejects.toThrow();
  await expect(requestModelConfig(agent)).resolves.toMatchObject({});
});
