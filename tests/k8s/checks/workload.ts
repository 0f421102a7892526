import { at, entriesAt, listAt, type Manifest, numberAt, textAt } from './manifest.ts';

/** What runs in the cluster: a Deployment, a StatefulSet, or a CronJob. */
export interface Workload {
  readonly manifest: Manifest;
  /** Its value of app.kubernetes.io/name. */
  readonly app: string;
  readonly labels: Labels;
  readonly pod: unknown;
  readonly containers: readonly unknown[];
  /** Undefined where an autoscaler decides. */
  readonly replicas: number | undefined;
  readonly isJob: boolean;
}

export type Labels = Readonly<Record<string, string>>;

export const APP = 'app.kubernetes.io/name';

const TEMPLATES: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};

export function toWorkloads(manifests: readonly Manifest[]): readonly Workload[] {
  return manifests.flatMap((manifest) => {
    const path = TEMPLATES[manifest.kind];
    return path === undefined ? [] : [toWorkload(manifest, path)];
  });
}

function toWorkload(manifest: Manifest, path: readonly string[]): Workload {
  const template = at(manifest.value, ...path);
  const labels = labelsAt(template, 'metadata', 'labels');
  const pod = at(template, 'spec');
  return {
    manifest,
    app: labels[APP] ?? '',
    labels,
    pod,
    containers: [...listAt(pod, 'initContainers'), ...listAt(pod, 'containers')],
    replicas: manifest.kind === 'CronJob' ? 1 : numberAt(manifest.value, 'spec', 'replicas'),
    isJob: manifest.kind === 'CronJob',
  };
}

export function labelsAt(value: unknown, ...path: readonly string[]): Labels {
  return Object.fromEntries(
    entriesAt(value, ...path).map(([name, label]) => [name, String(label)] as const),
  );
}

/** Whether a LabelSelector takes these labels; an empty one takes all. */
export function selects(selector: unknown, labels: Labels): boolean {
  const wanted = Object.entries(labelsAt(selector, 'matchLabels'));
  const expressions = listAt(selector, 'matchExpressions');
  return (
    wanted.every(([name, value]) => labels[name] === value) &&
    expressions.every((expression) => holds(expression, labels))
  );
}

function holds(expression: unknown, labels: Labels): boolean {
  const label = labels[textAt(expression, 'key')];
  const values = listAt(expression, 'values');
  switch (textAt(expression, 'operator')) {
    case 'In':
      return values.includes(label);
    case 'NotIn':
      return !values.includes(label);
    case 'Exists':
      return label !== undefined;
    default:
      return label === undefined;
  }
}

/** The ports that a workload's containers declare: number and name. */
export function portsOf(
  workload: Workload,
): readonly { readonly name: string; readonly port: number }[] {
  return workload.containers
    .flatMap((container) => listAt(container, 'ports'))
    .map((port) => ({ name: textAt(port, 'name'), port: numberAt(port, 'containerPort') ?? 0 }));
}
