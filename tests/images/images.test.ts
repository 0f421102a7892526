import { chmodSync, chownSync, copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@bakerst/client';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { ROOT } from '../k8s/checks/read-render.ts';
import { openPodman, type Podman, whyNoImages } from './podman.ts';

const MINUTES_MS = 60_000;
const WAIT = { timeout: 2 * MINUTES_MS, interval: 250 };
const VERSION = '0.1.0';
const APP = `localhost/bakerst:${VERSION}`;
const OWNER_TOKEN = 'owner-token-of-the-tests';
const GATEWAY_TOKEN = 'gateway-token-of-the-tests-0123456789abcdef';
const USERS = ['brain', 'worker-code', 'worker-mcp', 'worker-agent'];

const reason = inject('images')
  ? await whyNoImages()
  : 'TEST_IMAGES=1 (npm run test:images) is not set';

let machine: Podman;
let url: string;

const natsUrl = (user: string) => `nats://${user}:password-of-${user}@nats:4222`;

/** A writable directory for a pod's user. */
function makeVolume(name: string): string {
  const dir = join(machine.dir, name);
  mkdirSync(dir);
  chownSync(dir, 1000, 1000);
  return dir;
}

async function startBrain(name: string): Promise<void> {
  await machine.start({
    app: 'brain',
    name,
    image: APP,
    volumes: [`${join(machine.dir, 'data')}:/data`],
    env: {
      NATS_URL: natsUrl('brain'),
      AUTH_TOKEN: 'super-token-of-the-tests-0123456789abcdef',
      OWNER_TOKEN,
      GATEWAY_TOKEN,
      OFFLINE_MODEL_URL: 'http://offline-model:8080',
    },
  });
}

async function isReady(name: string): Promise<boolean> {
  const program = 'fetch("http://127.0.0.1:3000/readyz").then((it) => process.exit(it.ok ? 0 : 1))';
  return await machine.podman('exec', name, 'node', '-e', program).then(
    () => true,
    () => false,
  );
}

async function startAll(): Promise<void> {
  machine = await openPodman();
  const server = join(machine.dir, 'nats-server');
  copyFileSync(inject('natsServer'), server);
  chmodSync(server, 0o755);
  makeVolume('data');
  const password = (user: string) => `NATS_PASSWORD_${user.toUpperCase().replaceAll('-', '_')}`;
  await machine.start({
    app: 'nats',
    image: 'localhost/stand-in-debian:1',
    env: Object.fromEntries(USERS.map((user) => [password(user), `password-of-${user}`])),
    volumes: [
      `${server}:/usr/local/bin/nats-server:ro`,
      `${join(ROOT, 'k8s/base/nats/nats.conf')}:/etc/nats/nats.conf:ro`,
      `${makeVolume('nats')}:/data`,
    ],
    command: ['nats-server', '-c', '/etc/nats/nats.conf'],
  });
  await machine.start({
    app: 'offline-model',
    image: APP,
    command: ['packages/offline-model/src/main.ts', '--host', '0.0.0.0', '--port', '8080'],
  });
  await startBrain('brain-1');
  for (const [app, kinds] of [
    ['worker-code', 'code'],
    ['worker-mcp', 'mcp,http'],
    ['worker-agent', 'agent,command'],
  ] as const)
    await machine.start({
      app,
      image: APP,
      env: { NATS_URL: natsUrl(app), WORKER_KINDS: kinds, HEALTH_PORT: '3001' },
      command: ['services/worker/dist/bundle/main.mjs'],
    });
  await machine.start({
    app: 'gateway',
    image: APP,
    env: {
      BAKERST_URL: 'http://brain:3000',
      BAKERST_TOKEN: GATEWAY_TOKEN,
      TELEGRAM_BOT_TOKEN: '1:no-bot-has-it',
      // Nobody there speaks the Bot API.
      TELEGRAM_API_ROOT: 'http://offline-model:8080',
      HEALTH_PORT: '3001',
    },
    command: ['services/gateway/dist/bundle/main.mjs'],
  });
  await vi.waitFor(async () => expect(await isReady('brain-1')).toBe(true), WAIT);
  await machine.start({ app: 'ui', image: `localhost/bakerst-ui:${VERSION}`, publish: ':8080' });
  url = `http://${(await machine.podman('port', 'ui', '8080/tcp')).split('\n')[0]}`;
  await vi.waitFor(async () => expect((await fetch(`${url}/nginx-livez`)).ok).toBe(true), WAIT);
}

if (reason === undefined) {
  beforeAll(startAll, 15 * MINUTES_MS);
  afterAll(() => machine[Symbol.asyncDispose](), 2 * MINUTES_MS);
}

function owner() {
  return createClient({ baseUrl: url, token: OWNER_TOKEN });
}

test(
  'a chat goes through nginx, and the page is there',
  async ({ skip }) => {
    if (reason !== undefined) return skip(reason);
    const page = await fetch(url, { headers: { accept: 'text/html' } });
    expect(await page.text()).toContain('<div id="root">');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(await owner().chat({ message: 'what is 6 * 7?' })).toMatchObject({
      responses: ['6 * 7 = 42'],
    });
  },
  5 * MINUTES_MS,
);

test(
  'a gateway whose bot nobody knows says so, and lives on',
  async ({ skip }) => {
    if (reason !== undefined) return skip(reason);
    const program =
      'fetch("http://127.0.0.1:3001/livez").then((it) => process.exit(it.ok ? 0 : 1))';
    await machine.podman('exec', 'gateway', 'node', '-e', program);
    await expect.poll(() => machine.podman('logs', 'gateway'), WAIT).toMatch(/"level":"error"/);
  },
  5 * MINUTES_MS,
);

test(
  'a job of each kind is done as its pod may do it',
  async ({ skip }) => {
    if (reason !== undefined) return skip(reason);
    for (const job of [
      { type: 'code', code: '6 * 7' },
      { type: 'command', command: 'date' },
      { type: 'agent', job: 'summarize: bread' },
    ] as const) {
      const { id } = await owner().postJob(job);
      await expect.poll(async () => (await owner().getJob(id)).status, WAIT).toBe('completed');
    }
    // The network of the tests has no policies: that a private address is refused is the worker's own doing.
    const { id } = await owner().postJob({ type: 'http', method: 'GET', url: 'http://nats.test/' });
    await expect.poll(async () => (await owner().getJob(id)).status, WAIT).toMatch(/failed|dead/);
  },
  10 * MINUTES_MS,
);

test(
  'a second brain on the same volume takes over, no request is refused, both end with 0',
  async ({ skip }) => {
    if (reason !== undefined) return skip(reason);
    await startBrain('brain-2');
    await expect.poll(() => isReady('brain-2'), WAIT).toBe(true);
    // As a Service has it: nginx learns of both, and of the one that goes.
    await machine.podman('restart', '--time', '5', 'ui');
    url = `http://${(await machine.podman('port', 'ui', '8080/tcp')).split('\n')[0]}`;
    await expect
      .poll(
        () =>
          fetch(`${url}/nginx-livez`).then(
            ({ status }) => status,
            () => 0,
          ),
        WAIT,
      )
      .toBe(200);
    let isOver = false;
    const statuses: number[] = [];
    const load = (async () => {
      while (!isOver) {
        const { status } = await fetch(`${url}/api/v1/conversations`, {
          headers: { authorization: `Bearer ${OWNER_TOKEN}` },
        });
        statuses.push(status);
      }
    })();
    await machine.podman('stop', '--time', '40', 'brain-1');
    isOver = true;
    await load;
    expect(statuses.length).toBeGreaterThan(0);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    expect(await owner().chat({ message: 'what is 6 * 7?' })).toMatchObject({
      status: 'completed',
    });
    for (const name of ['brain-2', 'worker-code', 'worker-mcp', 'worker-agent'])
      await machine.podman('stop', '--time', '45', name);
    for (const name of ['brain-1', 'brain-2', 'worker-code', 'worker-mcp', 'worker-agent'])
      expect(await machine.podman('inspect', '--format', '{{.State.ExitCode}}', name), name).toBe(
        '0',
      );
  },
  10 * MINUTES_MS,
);
