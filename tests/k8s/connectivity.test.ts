import { expect, test, vi } from 'vitest';
import { computeConnectivity } from './checks/connectivity.ts';
import { parseManifests } from './checks/manifest.ts';
import { readKept } from './checks/read-render.ts';

// Each starts programs, on machines that have other things to do.
vi.setConfig({ testTimeout: 180_000 });

const APPS = [
  'brain',
  'gateway',
  'nats',
  'offline-model',
  'qdrant',
  'restore',
  'ui',
  'worker-agent',
  'worker-code',
  'worker-mcp',
];
const STRANGERS = ['a pod of kube-system', 'a stranger', 'dns', 'keda'];
const ADDRESSES = [
  '10.43.0.1',
  '192.168.1.20',
  'metadata',
  'metadata (IPv6)',
  'the internet',
  'the internet (IPv6)',
];

function everybodyAsks(apps: readonly string[]): readonly string[] {
  return apps.flatMap((app) => [`${app} → dns TCP 53`, `${app} → dns UDP 53`]);
}

function goesOut(apps: readonly string[]): readonly string[] {
  return apps.flatMap((app) =>
    ['the internet', 'the internet (IPv6)'].flatMap((place) => [
      `${app} → ${place} TCP 443`,
      `${app} → ${place} TCP 80`,
    ]),
  );
}

/** All that may reach each other; whoever adds a line here says so in docs/kubernetes.md. */
const HOMELAB = [
  ...everybodyAsks(APPS),
  ...goesOut(['brain', 'gateway', 'worker-agent', 'worker-mcp']),
  ...[...STRANGERS, ...ADDRESSES].map((place) => `${place} → ui TCP 8080`),
  'ui → brain TCP 3000',
  'gateway → brain TCP 3000',
  'brain → nats TCP 4222',
  'brain → offline-model TCP 8080',
  'brain → qdrant TCP 6333',
  'restore → nats TCP 4222',
  'worker-agent → nats TCP 4222',
  'worker-agent → offline-model TCP 8080',
  'worker-code → nats TCP 4222',
  'worker-mcp → nats TCP 4222',
];

async function connect(name: string, change = (text: string) => text) {
  return computeConnectivity(parseManifests(change(await readKept(name))));
}

test('who reaches whom is what the table says, on both sides of every edge', async () => {
  const { edges, oneSided } = await connect('homelab');
  expect(edges).toEqual(HOMELAB.toSorted());
  expect(oneSided).toEqual([]);
});

test('components open what they are for, and nothing else', async () => {
  const { edges, oneSided } = await connect('everything');
  const lan = ['backup-s3', 'brain', 'worker-agent', 'worker-mcp'].flatMap((app) =>
    [80, 443, 8123].map((port) => `${app} → 192.168.1.20 TCP ${port}`),
  );
  const expected = [
    ...HOMELAB,
    ...everybodyAsks(['backup', 'backup-s3', 'browser']),
    ...goesOut(['backup-s3', 'browser']),
    ...lan,
    'keda → nats TCP 8222',
    ...[...STRANGERS, ...ADDRESSES].map((place) => `${place} → gateway TCP 8443`),
    'worker-mcp → browser TCP 8931',
  ];
  expect(edges).toEqual(expected.toSorted());
  expect(oneSided).toEqual([]);
});

test('code of a model reaches NATS, and a name server, and nothing else', async () => {
  const { edges } = await connect('everything');
  const ends = edges.filter((edge) => edge.startsWith('worker-code →'));
  expect(ends).toEqual([
    'worker-code → dns TCP 53',
    'worker-code → dns UDP 53',
    'worker-code → nats TCP 4222',
  ]);
});

test('an edge that one side alone opens is noticed', async () => {
  const { oneSided } = await connect('homelab', (text) =>
    text.replace(
      /(name: ui\n {2}namespace: bakerst\nspec:\n {2}egress:\n[\s\S]+?port: )3000/,
      '$13001',
    ),
  );
  expect(oneSided).toContain('ui → brain TCP 3000');
});

test('a private network that a policy forgets to leave out is noticed', async () => {
  const { edges } = await connect('homelab', (text) => text.replace(/ +- 169.254.0.0\/16\n/, ''));
  expect(edges).toContain('brain → metadata TCP 80');
});
