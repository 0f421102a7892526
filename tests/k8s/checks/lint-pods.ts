import { at, entriesAt, listAt, textAt } from './manifest.ts';
import type { Workload } from './workload.ts';

/** What the Pod Security level `restricted` asks for, and what this project asks for beyond it. */
export function lintPod(workload: Workload): readonly string[] {
  const { pod, containers, app } = workload;
  const problems = [
    ...lintPodFields(workload),
    ...listAt(pod, 'volumes').flatMap((volume) => lintVolume(volume)),
    ...containers.flatMap((container) => lintContainer(container, workload)),
    ...lintScratch(workload),
  ];
  if (app === '') problems.push('its pods have no app.kubernetes.io/name');
  return problems;
}

function lintPodFields({ pod, app }: Workload): readonly string[] {
  const expected: readonly (readonly [readonly string[], unknown])[] = [
    [['securityContext', 'runAsNonRoot'], true],
    [['securityContext', 'seccompProfile', 'type'], 'RuntimeDefault'],
    [['automountServiceAccountToken'], false],
    [['enableServiceLinks'], false],
    [['serviceAccountName'], app],
    [['hostNetwork'], undefined],
    [['hostPID'], undefined],
    [['hostIPC'], undefined],
  ];
  const problems = expected
    .filter(([path, value]) => at(pod, ...path) !== value)
    .map(([path, value]) => `${path.join('.')} must be ${String(value)}`);
  const user = at(pod, 'securityContext', 'runAsUser');
  if (typeof user !== 'number' || user < 100) problems.push('runAsUser must be a user of its own');
  if (at(pod, 'securityContext', 'fsGroup') === undefined) problems.push('fsGroup is missing');
  return problems;
}

const ALLOWED_VOLUMES = ['configMap', 'emptyDir', 'persistentVolumeClaim', 'secret', 'projected'];

function lintVolume(volume: unknown): readonly string[] {
  const name = textAt(volume, 'name');
  const kinds = entriesAt(volume)
    .map(([key]) => key)
    .filter((key) => key !== 'name');
  const problems = kinds
    .filter((kind) => !ALLOWED_VOLUMES.includes(kind))
    .map((kind) => `volume ${name}: ${kind} is not allowed`);
  if (kinds.includes('emptyDir') && at(volume, 'emptyDir', 'sizeLimit') === undefined)
    problems.push(`volume ${name}: emptyDir without sizeLimit`);
  return problems;
}

function lintContainer(container: unknown, workload: Workload): readonly string[] {
  const name = textAt(container, 'name');
  return [
    ...lintSecurity(container),
    ...lintResources(container),
    ...lintImage(textAt(container, 'image')),
    ...(workload.isJob ? [] : lintProbes(container)),
    ...lintEnv(container),
  ].map((problem) => `container ${name}: ${problem}`);
}

function lintSecurity(container: unknown): readonly string[] {
  const context = at(container, 'securityContext');
  const problems: string[] = [];
  if (at(context, 'allowPrivilegeEscalation') !== false)
    problems.push('allowPrivilegeEscalation must be false');
  if (at(context, 'readOnlyRootFilesystem') !== true)
    problems.push('readOnlyRootFilesystem must be true');
  if (!listAt(context, 'capabilities', 'drop').includes('ALL'))
    problems.push('all capabilities must be dropped');
  if (listAt(context, 'capabilities', 'add').length > 0) problems.push('no capability is added');
  if (at(context, 'privileged') === true) problems.push('privileged is not allowed');
  if (listAt(container, 'ports').some((port) => at(port, 'hostPort') !== undefined))
    problems.push('hostPort is not allowed');
  if (!listAt(container, 'volumeMounts').some((mount) => textAt(mount, 'mountPath') === '/tmp'))
    problems.push('there is no /tmp to write to');
  return problems;
}

const BOUNDS = [
  ['requests', 'cpu'],
  ['requests', 'memory'],
  ['requests', 'ephemeral-storage'],
  ['limits', 'memory'],
  ['limits', 'ephemeral-storage'],
] as const;

function lintResources(container: unknown): readonly string[] {
  return BOUNDS.filter((path) => textAt(container, 'resources', ...path) === '').map(
    (path) => `resources.${path.join('.')} is missing`,
  );
}

/** A tag that somebody moves is no version. */
function lintImage(image: string): readonly string[] {
  if (image.includes('@sha256:')) return [];
  const tag = /:([^/:]+)$/.exec(image)?.[1] ?? '';
  return /\d+\.\d+\.\d+/.test(tag) ? [] : [`image ${image} has no exact version`];
}

const PROBES = ['startupProbe', 'readinessProbe', 'livenessProbe'];

function lintProbes(container: unknown): readonly string[] {
  const names = listAt(container, 'ports').map((port) => textAt(port, 'name'));
  return PROBES.flatMap((probe) => {
    const handler = at(container, probe, 'httpGet') ?? at(container, probe, 'tcpSocket');
    if (handler === undefined) return [`${probe} is missing`];
    const port = textAt(handler, 'port');
    return names.includes(port) ? [] : [`${probe} asks the port ${port}, which there is not`];
  });
}

function lintEnv(container: unknown): readonly string[] {
  const names = listAt(container, 'env').map((variable) => textAt(variable, 'name'));
  return names
    .filter((name, index) => names.indexOf(name) !== index)
    .map((name) => `the variable ${name} is set twice`);
}

const UNITS: Readonly<Record<string, number>> = { Mi: 1, Gi: 1024 };

/** Mebibytes of `512Mi` or `2Gi`. */
export function toMebibytes(quantity: string): number {
  const [, digits = 'NaN', unit = ''] = /^(\d+)([MG]i)$/.exec(quantity) ?? [];
  return Number(digits) * (UNITS[unit] ?? Number.NaN);
}

/** A pod that fills its own /tmp is refused the write, and not ended by the kubelet. */
function lintScratch({ pod, containers }: Workload): readonly string[] {
  const scratch = listAt(pod, 'volumes')
    .map((volume) => at(volume, 'emptyDir'))
    .filter((dir) => dir !== undefined && textAt(dir, 'medium') !== 'Memory')
    .reduce<number>((sum, dir) => sum + toMebibytes(textAt(dir, 'sizeLimit')), 0);
  const limit = containers.reduce<number>(
    (sum, container) =>
      sum + toMebibytes(textAt(container, 'resources', 'limits', 'ephemeral-storage')),
    0,
  );
  return scratch < limit ? [] : [`its emptyDirs (${scratch}Mi) take all of ${limit}Mi`];
}
