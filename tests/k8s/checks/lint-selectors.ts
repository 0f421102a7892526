import { at, listAt, type Manifest, numberAt, ofKind, textAt } from './manifest.ts';
import { labelsAt, portsOf, selects, toWorkloads, type Workload } from './workload.ts';

/** A selector with a typing error is legal, and selects nothing. */
export function lintSelectors(manifests: readonly Manifest[]): readonly string[] {
  const workloads = toWorkloads(manifests);
  return [
    ...workloads.flatMap(lintOwnSelector),
    ...ofKind(manifests, 'Service').flatMap((service) => lintService(service, workloads)),
    ...ofKind(manifests, 'PodDisruptionBudget').flatMap((budget) => lintBudget(budget, workloads)),
    ...ofKind(manifests, 'NetworkPolicy').flatMap((policy) => lintPolicy(policy, workloads)),
    ...workloads.flatMap((workload) => lintPlacing(workload, workloads)),
  ];
}

function lintOwnSelector({ manifest, labels, isJob }: Workload): readonly string[] {
  if (isJob || selects(at(manifest.value, 'spec', 'selector'), labels)) return [];
  return [`${manifest.kind}/${manifest.name}: its selector does not take its own pods`];
}

function lintService(service: Manifest, workloads: readonly Workload[]): readonly string[] {
  const selector = { matchLabels: labelsAt(service.value, 'spec', 'selector') };
  const found = workloads.filter(({ labels }) => selects(selector, labels));
  if (found.length !== 1)
    return [`Service/${service.name}: its selector takes the pods of ${found.length} workloads`];
  const ports = found.flatMap(portsOf);
  return listAt(service.value, 'spec', 'ports')
    .map((port) => at(port, 'targetPort'))
    .filter((target) => !ports.some(({ name, port }) => name === target || port === target))
    .map((target) => `Service/${service.name}: no container has the port ${String(target)}`);
}

/** A budget of what runs once keeps its node from ever being emptied. */
function lintBudget(budget: Manifest, workloads: readonly Workload[]): readonly string[] {
  const { value, name } = budget;
  const found = workloads.filter(({ labels }) => selects(at(value, 'spec', 'selector'), labels));
  const least = at(value, 'spec', 'minAvailable');
  const most = numberAt(value, 'spec', 'maxUnavailable');
  const problems: string[] = [];
  if (found.length !== 1) problems.push(`its selector takes the pods of ${found.length} workloads`);
  if (found.some(({ replicas }) => replicas !== undefined && replicas < 2))
    problems.push('what it protects runs once');
  if (least !== undefined && most !== undefined)
    problems.push('minAvailable and maxUnavailable exclude each other');
  if (least === undefined && (most === undefined || most < 1))
    problems.push('it lets no pod be moved');
  if (textAt(value, 'spec', 'unhealthyPodEvictionPolicy') !== 'AlwaysAllow')
    problems.push('pods that are not well must always be movable');
  return problems.map((problem) => `PodDisruptionBudget/${name}: ${problem}`);
}

function lintPolicy(policy: Manifest, workloads: readonly Workload[]): readonly string[] {
  const { value, name } = policy;
  const spec = at(value, 'spec');
  const own = workloads.filter(({ labels }) => selects(at(spec, 'podSelector'), labels));
  const problems = own.length === 0 ? ['it is about no pod'] : [];
  for (const [side, peers] of [
    ['ingress', 'from'],
    ['egress', 'to'],
  ] as const)
    for (const rule of listAt(spec, side)) {
      const others = listAt(rule, peers).filter(
        (peer) =>
          at(peer, 'podSelector') !== undefined && at(peer, 'namespaceSelector') === undefined,
      );
      const targets = others.map((peer) =>
        workloads.filter(({ labels }) => selects(at(peer, 'podSelector'), labels)),
      );
      if (targets.some((target) => target.length === 0)) problems.push(`${side} names no pod`);
      const servers = side === 'ingress' ? own : targets.flat();
      problems.push(...lintPorts(listAt(rule, 'ports'), servers, side));
    }
  return problems.map((problem) => `NetworkPolicy/${name}: ${problem}`);
}

function lintPorts(
  ports: readonly unknown[],
  servers: readonly Workload[],
  side: string,
): readonly string[] {
  if (servers.length === 0) return [];
  const known = servers.flatMap(portsOf).map(({ port }) => port);
  return ports
    .map((port) => numberAt(port, 'port') ?? 0)
    .filter((port) => !known.includes(port))
    .map((port) => `${side} is about the port ${port}, on which nobody listens`);
}

function lintPlacing(
  { manifest, pod, labels }: Workload,
  workloads: readonly Workload[],
): readonly string[] {
  const name = `${manifest.kind}/${manifest.name}`;
  const spreads = listAt(pod, 'topologySpreadConstraints').flatMap((spread) => [
    ...(textAt(spread, 'whenUnsatisfiable') === 'ScheduleAnyway'
      ? []
      : [`${name}: a spread that must be kept blocks the emptying of a node`]),
    ...(selects(at(spread, 'labelSelector'), labels)
      ? []
      : [`${name}: its spread is about other pods`]),
  ]);
  const affinity = at(pod, 'affinity', 'podAffinity');
  const near = [
    ...listAt(affinity, 'requiredDuringSchedulingIgnoredDuringExecution'),
    ...listAt(affinity, 'preferredDuringSchedulingIgnoredDuringExecution').map((wish) =>
      at(wish, 'podAffinityTerm'),
    ),
  ]
    .filter((term) => !workloads.some((other) => selects(at(term, 'labelSelector'), other.labels)))
    .map(() => `${name}: wants to be near pods that there are not`);
  return [...spreads, ...near];
}
