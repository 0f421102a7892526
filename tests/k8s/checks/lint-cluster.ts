import { readSecretKeys } from '../../../scripts/cluster/read-secret-keys.ts';
import { lintClaims } from './lint-claims.ts';
import { lintPod, toMebibytes } from './lint-pods.ts';
import { lintBackends, lintReferences } from './lint-references.ts';
import { lintSelectors } from './lint-selectors.ts';
import { at, entriesAt, listAt, type Manifest, numberAt, ofKind, textAt } from './manifest.ts';
import { toWorkloads, type Workload } from './workload.ts';

/** What no schema sees. */
export function lintCluster(manifests: readonly Manifest[]): readonly string[] {
  const workloads = toWorkloads(manifests);
  const secrets = readSecretKeys();
  return [
    ...workloads.flatMap((workload) =>
      [
        ...lintPod(workload),
        ...lintReferences(workload, { manifests, secrets }),
        ...lintEnding(workload, manifests),
        ...lintRollout(workload),
      ].map((problem) => `${workload.manifest.kind}/${workload.manifest.name}: ${problem}`),
    ),
    ...lintSelectors(manifests),
    ...lintBackends(manifests),
    ...lintClaims(manifests),
    ...lintNamespace(manifests),
    ...lintQuota(manifests, workloads),
    ...lintStore(manifests),
    ...lintTwice(manifests),
  ];
}

/** Seconds that each may take to end. */
const GRACE_SECONDS: Readonly<Record<string, number>> = {
  brain: 40,
  nats: 60,
  'worker-agent': 45,
  'worker-code': 45,
  'worker-mcp': 45,
};
/** NATS and Qdrant are reached by clients that come again by themselves. */
const UNHURRIED = ['nats', 'qdrant', 'browser'];

function lintEnding({ app, pod, containers }: Workload, manifests: readonly Manifest[]) {
  const problems: string[] = [];
  const grace = GRACE_SECONDS[app];
  if (grace !== undefined && at(pod, 'terminationGracePeriodSeconds') !== grace)
    problems.push(`terminationGracePeriodSeconds must be ${grace}`);
  const isServed = ofKind(manifests, 'Service').some(({ name }) => name === app);
  const waits = containers.some((each) => at(each, 'lifecycle', 'preStop', 'sleep') !== undefined);
  if (isServed && !UNHURRIED.includes(app) && !waits)
    problems.push('without a preStop requests still come when it ends');
  return problems;
}

/** A gap in a rollout is a choice, and only these have made it. */
const REPLACED_AT_ONCE = ['gateway', 'browser'];

function lintRollout({ manifest, app, containers }: Workload): readonly string[] {
  if (manifest.kind !== 'Deployment') return [];
  const rolling = at(manifest.value, 'spec', 'strategy', 'rollingUpdate');
  const isSafe = at(rolling, 'maxUnavailable') === 0 && at(rolling, 'maxSurge') === 1;
  const problems =
    isSafe || REPLACED_AT_ONCE.includes(app)
      ? []
      : ['the new pod must be ready before the old one goes'];
  const patience = numberAt(manifest.value, 'spec', 'progressDeadlineSeconds') ?? 600;
  const isGivenUp = containers.some((container) => toStartSeconds(container) >= patience);
  return isGivenUp
    ? [...problems, 'a rollout is given up while its pod may still start']
    : problems;
}

function toStartSeconds(container: unknown): number {
  const probe = at(container, 'startupProbe');
  return (numberAt(probe, 'periodSeconds') ?? 10) * (numberAt(probe, 'failureThreshold') ?? 3);
}

function lintNamespace(manifests: readonly Manifest[]): readonly string[] {
  const [namespace] = ofKind(manifests, 'Namespace');
  const labels = Object.fromEntries(entriesAt(namespace?.value, 'metadata', 'labels'));
  const problems = ['enforce', 'warn', 'audit'].flatMap((mode) => [
    ...(labels[`pod-security.kubernetes.io/${mode}`] === 'restricted'
      ? []
      : [`Namespace: ${mode} must be restricted`]),
    ...(/^v1\.\d+$/.test(String(labels[`pod-security.kubernetes.io/${mode}-version`]))
      ? []
      : [`Namespace: the version of ${mode} is not pinned`]),
  ]);
  const denied = ofKind(manifests, 'NetworkPolicy').some(
    ({ value }) =>
      JSON.stringify(at(value, 'spec')) ===
      JSON.stringify({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] }),
  );
  if (!denied) problems.push('NetworkPolicy: nothing denies what is not named');
  const strange = manifests
    .filter(({ kind }) => !['Namespace', 'PriorityClass'].includes(kind))
    .filter(({ value }) => textAt(value, 'metadata', 'namespace') !== namespace?.name)
    .map(({ kind, name }) => `${kind}/${name}: is in another namespace`);
  return [...problems, ...strange];
}

/** Everything twice, as in the middle of a rollout, must fit. */
function lintQuota(
  manifests: readonly Manifest[],
  workloads: readonly Workload[],
): readonly string[] {
  const [quota] = ofKind(manifests, 'ResourceQuota');
  return (['requests', 'limits'] as const).flatMap((side) => {
    const hard = toMebibytes(textAt(quota?.value, 'spec', 'hard', `${side}.memory`));
    const sum = workloads.reduce((total, { containers, replicas = 5, isJob }) => {
      const memory = containers.reduce<number>(
        (all, each) => all + toMebibytes(textAt(each, 'resources', side, 'memory')),
        0,
      );
      return total + memory * (isJob ? 1 : replicas + 1);
    }, 0);
    return sum <= hard ? [] : [`ResourceQuota: ${sum}Mi of ${side}.memory do not fit in ${hard}Mi`];
  });
}

/** A store that may grow beyond its disk stops instead of refusing. */
function lintStore(manifests: readonly Manifest[]): readonly string[] {
  const config = ofKind(manifests, 'ConfigMap').find(({ name }) => name.startsWith('nats-'));
  const text = textAt(config?.value, 'data', 'nats.conf');
  const limit = Number(/max_file_store: (\d+)GB/.exec(text)?.[1] ?? Number.NaN);
  const nats = toWorkloads(manifests).find(({ app }) => app === 'nats');
  const claim = listAt(nats?.manifest.value, 'spec', 'volumeClaimTemplates')[0];
  const size = toMebibytes(textAt(claim, 'spec', 'resources', 'requests', 'storage')) / 1024;
  const problems = limit < size ? [] : ['ConfigMap/nats: max_file_store must be below its volume'];
  if (!text.includes('sync_interval: always'))
    problems.push('ConfigMap/nats: what is acknowledged must be on the disk');
  return problems;
}

function lintTwice(manifests: readonly Manifest[]): readonly string[] {
  const names = manifests.map(({ kind, name }) => `${kind}/${name}`);
  return names
    .filter((name, index) => names.indexOf(name) !== index)
    .map((name) => `${name}: twice`);
}
