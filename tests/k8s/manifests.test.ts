import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, test, vi } from 'vitest';
import { COMPONENTS, KEPT_RENDERS, renderKept, renderWith } from '../../scripts/cluster/render.ts';
import { makeDir } from '../../scripts/testing/make-dir.ts';
import { checkSchema } from './checks/check-schema.ts';
import { lintCluster } from './checks/lint-cluster.ts';
import { type Manifest, parseManifests, textAt } from './checks/manifest.ts';
import { ROOT, readKept } from './checks/read-render.ts';
import { toWorkloads } from './checks/workload.ts';

// Each starts programs, on machines that have other things to do.
vi.setConfig({ testTimeout: 180_000 });

interface Document {
  readonly manifests: readonly Manifest[];
  readonly problems: readonly string[];
}

/** Most documents are the same each time. */
const documents = new Map<string, Document>();

function readDocument(text: string): Document {
  const known = documents.get(text);
  if (known !== undefined) return known;
  const manifests = parseManifests(text);
  const document = { manifests, problems: manifests.flatMap(checkSchema) };
  documents.set(text, document);
  return document;
}

function check(text: string): readonly string[] {
  const read = text.split(/^---$/m).map(readDocument);
  return [
    ...read.flatMap(({ problems }) => problems),
    ...lintCluster(read.flatMap(({ manifests }) => manifests)),
  ];
}

test.each(Object.keys(KEPT_RENDERS))('%s is what a cluster takes and runs', async (name) => {
  expect(check(await readKept(name))).toEqual([]);
});

/** Needs the volume that another one makes. */
const NEEDS: Readonly<Record<string, readonly string[]>> = { 'backup-s3': ['backup'] };

test.each(COMPONENTS)('the component %s does without the others', async (component) => {
  const kubectl = inject('kubectl');
  const components = [...(NEEDS[component] ?? []), component];
  const text =
    kubectl === ''
      ? await readKept('everything')
      : await renderWith({ root: ROOT, kubectl }, components);
  expect(check(text)).toEqual([]);
});

test('local takes every component, and fetches what is not of this repository', async ({
  skip,
}) => {
  const kubectl = inject('kubectl');
  if (kubectl === '') return skip('no kubectl 1.27 or later: set KUBECTL');
  const copy = makeDir();
  for (const dir of ['k8s', 'operating_system'])
    await cp(join(ROOT, dir), join(copy, dir), { recursive: true });
  const file = join(copy, 'k8s/overlays/local/kustomization.yaml');
  const lines = COMPONENTS.map((component) => `  - ../../components/${component}\n`);
  const written = (await readFile(file, 'utf8')).replace(
    /- ..\/..\/components\/offline-model\n/,
    (line) => line + lines.join(''),
  );
  await writeFile(file, written);
  const text = await renderKept({ root: copy, kubectl }, 'local');
  expect(check(text)).toEqual([]);
  const containers = toWorkloads(parseManifests(text)).flatMap((workload) => workload.containers);
  const pulled = containers.map((container) => ({
    image: textAt(container, 'image').replace(/:.*/, ''),
    policy: textAt(container, 'imagePullPolicy'),
  }));
  const kept = pulled.filter(({ policy }) => policy === 'Never').map(({ image }) => image);
  const fetched = pulled.filter(({ policy }) => policy !== 'Never').map(({ image }) => image);
  expect(new Set(kept)).toEqual(new Set(['bakerst', 'bakerst-ui']));
  expect(fetched.toSorted()).toEqual([
    'mcr.microsoft.com/playwright/mcp',
    'nats',
    'qdrant/qdrant',
    'rclone/rclone',
  ]);
});

/** A line of the manifests, what somebody wrote instead, and what has to be said about it. */
const PLANTED: readonly (readonly [from: string | RegExp, to: string, says: RegExp])[] = [
  ['replicas: 1', 'replicas: "2"', /replicas must be a number/],
  ['resources:\n', 'resource:\n', /resource is no field of V1Container/],
  ['startupProbe:', 'startupProb:', /startupProb is no field/],
  ['periodSeconds: 10', 'intialDelaySeconds: 10', /intialDelaySeconds is no field of V1Probe/],
  ['imagePullPolicy: IfNotPresent', 'imagePullPolicy: Sometimes', /imagePullPolicy/],
  ['policyTypes:', 'policyType:', /policyType is no field/],
  ['protocol: TCP', 'protocol: TPC', /protocol/],
  ['serviceName: nats', 'serviceNames: nats', /serviceNames is no field/],
  ['maxUnavailable: 1', 'maxUnavailable: 1\n  minAvailable: 1', /exclude each other/],
  ['maxUnavailable: 1', 'maxUnavailable: 0', /lets no pod be moved/],
  ['replicas: 2', 'replicas: 1', /what it protects runs once/],
  [/(selector:\n {4}app.kubernetes.io\/name:) brain/, '$1 brian', /takes the pods of 0 workloads/],
  ['targetPort: client', 'targetPort: clients', /no container has the port clients/],
  [
    /(- podSelector:\n +matchLabels:\n +app.kubernetes.io\/name:) qdrant/,
    '$1 qdrent',
    /names no pod/,
  ],
  ['port: 6333\n          protocol', 'port: 6334\n          protocol', /nobody listens/],
  ['claimName: brain', 'claimName: brains', /no PersistentVolumeClaim brains/],
  ['serviceAccountName: ui', 'serviceAccountName: default', /serviceAccountName must be ui/],
  ['key: NATS_PASSWORD_BRAIN', 'key: NATS_PASSWORD', /the Secret nats has no NATS_PASSWORD/],
  ['key: SOUL.md', 'key: SOULS.md', /has no SOULS.md/],
  ['name: data\n', 'name: date\n', /there is no volume dat[ae]/],
  ['readOnlyRootFilesystem: true', 'readOnlyRootFilesystem: false', /readOnlyRootFilesystem/],
  ['runAsNonRoot: true', 'runAsNonRoot: false', /runAsNonRoot must be true/],
  ['- ALL', '- NET_RAW', /all capabilities/],
  ['enableServiceLinks: false', 'enableServiceLinks: true', /enableServiceLinks/],
  [
    'automountServiceAccountToken: false\n      ',
    'automountServiceAccountToken: true\n      ',
    /automount/,
  ],
  [
    /emptyDir:\n +sizeLimit: 256Mi/,
    'hostPath:\n            path: /data',
    /hostPath is not allowed/,
  ],
  [/emptyDir:\n +sizeLimit: 256Mi/, 'emptyDir: {}', /emptyDir without sizeLimit/],
  ['sizeLimit: 256Mi', 'sizeLimit: 2Gi', /take all of/],
  [/image: nats:.*/, 'image: nats:latest', /no exact version/],
  [/image: nats:.*/, 'image: nats', /no exact version/],
  ['memory: 768Mi', 'memories: 768Mi', /limits.memory is missing/],
  ['memory: 768Mi', 'memory: 90Gi', /do not fit/],
  ['terminationGracePeriodSeconds: 40', 'terminationGracePeriodSeconds: 5', /must be 40/],
  ['preStop:', 'postStart:', /without a preStop/],
  ['whenUnsatisfiable: ScheduleAnyway', 'whenUnsatisfiable: DoNotSchedule', /emptying of a node/],
  ['maxUnavailable: 0', 'maxUnavailable: 1', /ready before the old one goes/],
  ['progressDeadlineSeconds: 660', 'progressDeadlineSeconds: 600', /given up while its pod/],
  [/(podAffinityTerm:\n[^-]+name:) brain/, '$1 brian', /near pods that there are not/],
  ['enforce: restricted', 'enforce: baseline', /enforce must be restricted/],
  ['max_file_store: 4GB', 'max_file_store: 5GB', /must be below its volume/],
  ['sync_interval: always', 'sync_interval: 2m', /must be on the disk/],
  [
    '  podSelector: {}\n  policyTypes:\n    - Ingress\n',
    '  podSelector: {}\n  policyTypes:\n',
    /nothing denies/,
  ],
];

test.each(PLANTED)('%s → %s is noticed', async (from, to, says) => {
  const text = await readKept('homelab');
  const broken = text.replace(from, to);
  expect(broken).not.toBe(text);
  expect(check(broken).join('\n')).toMatch(says);
});

const PLANTED_IN_COMPONENTS: typeof PLANTED = [
  ['maxReplicaCount', 'maxReplica', /maxReplica/],
  ['lagThreshold: "10"', 'lagThreshold: 10', /lagThreshold/],
  [/(scaleTargetRef:\n +name:) worker-code/, '$1 worker', /there is no Deployment worker/],
  ['pathType: Prefix', 'pathType: Prefixed', /pathType/],
  ['request: 0s', 'request: never', /request/],
  [/(backendRefs:\n +- name:) ui/, '$1 page', /there is no Service page/],
  ['concurrencyPolicy: Forbid', 'concurrencyPolicy: Never', /concurrencyPolicy/],
  [
    /(name: backup-s3\n {2}namespace: bakerst\nspec:[\s\S]+?)requiredDuring\S+\n[\s\S]+?topologyKey: \S+\n/,
    '$1requiredDuringSchedulingIgnoredDuringExecution: []\n',
    /PersistentVolumeClaim\/backups: its pods are not bound to the same node/,
  ],
];

test.each(PLANTED_IN_COMPONENTS)('%s → %s in a component is noticed', async (from, to, says) => {
  const text = await readKept('everything');
  const broken = text.replace(from, to);
  expect(broken).not.toBe(text);
  expect(check(broken).join('\n')).toMatch(says);
});

test('what is applied before all others names its namespace itself', async () => {
  const text = await readFile(join(ROOT, 'k8s/base/namespace.yaml'), 'utf8');
  for (const { kind, name, value } of parseManifests(text)) {
    if (['Namespace', 'PriorityClass'].includes(kind)) continue;
    expect(textAt(value, 'metadata', 'namespace'), `${kind}/${name}`).toBe('bakerst');
  }
});
