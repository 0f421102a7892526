import type { SecretKey } from '../../../scripts/cluster/read-secret-keys.ts';
import { at, entriesAt, listAt, type Manifest, ofKind, textAt } from './manifest.ts';
import { toWorkloads, type Workload } from './workload.ts';

interface Surroundings {
  readonly manifests: readonly Manifest[];
  /** Secrets are no manifests: scripts/secrets.sh makes them, by its list. */
  readonly secrets: readonly SecretKey[];
}

/** Names that nothing in the cluster has: what an API server takes without a word, and what never starts then. */
export function lintReferences(
  workload: Workload,
  { manifests, secrets }: Surroundings,
): readonly string[] {
  const { pod, containers, manifest } = workload;
  return [
    ...need(manifests, 'ServiceAccount', textAt(pod, 'serviceAccountName')),
    ...need(manifests, 'PriorityClass', textAt(pod, 'priorityClassName')),
    ...(manifest.kind === 'StatefulSet'
      ? need(manifests, 'Service', textAt(manifest.value, 'spec', 'serviceName'))
      : []),
    ...listAt(pod, 'volumes').flatMap((volume) => lintVolume(volume, manifests)),
    ...containers.flatMap((container) => [
      ...lintMounts(container, workload),
      ...lintSecrets(container, secrets),
    ]),
  ];
}

function need(manifests: readonly Manifest[], kind: string, name: string): readonly string[] {
  const isThere = ofKind(manifests, kind).some((manifest) => manifest.name === name);
  return isThere ? [] : [`there is no ${kind} ${name}`];
}

function lintVolume(volume: unknown, manifests: readonly Manifest[]): readonly string[] {
  const claim = textAt(volume, 'persistentVolumeClaim', 'claimName');
  if (claim !== '') return need(manifests, 'PersistentVolumeClaim', claim);
  const name = textAt(volume, 'configMap', 'name');
  if (name === '') return [];
  const config = ofKind(manifests, 'ConfigMap').find((manifest) => manifest.name === name);
  if (config === undefined) return [`there is no ConfigMap ${name}`];
  const keys = entriesAt(config.value, 'data').map(([key]) => key);
  return listAt(volume, 'configMap', 'items')
    .map((item) => textAt(item, 'key'))
    .filter((key) => !keys.includes(key))
    .map((key) => `the ConfigMap ${name} has no ${key}`);
}

function lintMounts(container: unknown, { pod, manifest }: Workload): readonly string[] {
  const volumes = [
    ...listAt(pod, 'volumes').map((volume) => textAt(volume, 'name')),
    ...listAt(manifest.value, 'spec', 'volumeClaimTemplates').map((claim) =>
      textAt(claim, 'metadata', 'name'),
    ),
  ];
  return listAt(container, 'volumeMounts')
    .map((mount) => textAt(mount, 'name'))
    .filter((name) => !volumes.includes(name))
    .map((name) => `there is no volume ${name}`);
}

function lintSecrets(container: unknown, known: readonly SecretKey[]): readonly string[] {
  const whole = listAt(container, 'envFrom')
    .map((source) => textAt(source, 'secretRef', 'name'))
    .filter((name) => !known.some(({ secret }) => secret === name))
    .map((name) => `there is no Secret ${name}`);
  const single = listAt(container, 'env')
    .map((variable) => at(variable, 'valueFrom', 'secretKeyRef'))
    .filter((ref) => ref !== undefined)
    .map((ref) => [textAt(ref, 'name'), textAt(ref, 'key')] as const)
    .filter(([name, key]) => !known.some((each) => each.secret === name && each.key === key))
    .map(([name, key]) => `the Secret ${name} has no ${key}`);
  return [...whole, ...single];
}

/** What routes to a Service, and what scales a Deployment. */
export function lintBackends(manifests: readonly Manifest[]): readonly string[] {
  const ingresses = ofKind(manifests, 'Ingress').flatMap(({ value, name }) =>
    listAt(value, 'spec', 'rules')
      .flatMap((rule) => listAt(rule, 'http', 'paths'))
      .map((path) => at(path, 'backend', 'service'))
      .flatMap((backend) =>
        needPort(manifests, backend, at(backend, 'port', 'name')).map(
          (problem) => `Ingress/${name}: ${problem}`,
        ),
      ),
  );
  const routes = ofKind(manifests, 'HTTPRoute').flatMap(({ value, name }) =>
    listAt(value, 'spec', 'rules')
      .flatMap((rule) => listAt(rule, 'backendRefs'))
      .flatMap((backend) =>
        needPort(manifests, backend, at(backend, 'port')).map(
          (problem) => `HTTPRoute/${name}: ${problem}`,
        ),
      ),
  );
  const scaled = ofKind(manifests, 'ScaledObject').flatMap(({ value, name }) => {
    const target = textAt(value, 'spec', 'scaleTargetRef', 'name');
    const workload = toWorkloads(manifests).find((each) => each.manifest.name === target);
    if (workload === undefined) return [`ScaledObject/${name}: there is no Deployment ${target}`];
    if (workload.replicas === undefined) return [];
    return [
      `Deployment/${target}: replicas belong to its autoscaler, and applying would reset them`,
    ];
  });
  return [...ingresses, ...routes, ...scaled];
}

function needPort(
  manifests: readonly Manifest[],
  backend: unknown,
  port: unknown,
): readonly string[] {
  const name = textAt(backend, 'name');
  const service = ofKind(manifests, 'Service').find((manifest) => manifest.name === name);
  if (service === undefined) return [`there is no Service ${name}`];
  const isThere = listAt(service.value, 'spec', 'ports').some(
    (each) => at(each, 'name') === port || at(each, 'port') === port,
  );
  return isThere ? [] : [`the Service ${name} has no port ${String(port)}`];
}
