import { BlockList, isIPv6 } from 'node:net';
import { at, listAt, type Manifest, numberAt, ofKind, textAt } from './manifest.ts';
import { APP, type Labels, portsOf, selects, toWorkloads } from './workload.ts';

/** Somebody who connects or is connected to: a pod of ours, one of another namespace, or an address. */
interface Place {
  readonly name: string;
  readonly labels: Labels;
  /** Of its namespace; undefined for what is no pod. */
  readonly namespace: Labels | undefined;
  readonly address: string | undefined;
  readonly ports: readonly string[];
}

const OWN: Labels = { 'kubernetes.io/metadata.name': 'bakerst' };
/** What traffic from anywhere is led to. */
const OPEN_TO_ALL: ReadonlySet<string> = new Set(['ui TCP 8080', 'gateway TCP 8443']);
const WEB = ['TCP 80', 'TCP 443', 'TCP 8123'];

const OUTSIDE: readonly Place[] = [
  { ...pod('dns', 'kube-system', ['UDP 53', 'TCP 53']), labels: { 'k8s-app': 'kube-dns' } },
  pod('a pod of kube-system', 'kube-system'),
  pod('keda', 'keda'),
  { ...pod('a stranger', 'default'), labels: { [APP]: 'brain' } },
  address('the internet', '93.184.215.14'),
  address('the internet (IPv6)', '2606:4700::1111'),
  address('192.168.1.20', '192.168.1.20'),
  address('10.43.0.1', '10.43.0.1'),
  address('metadata', '169.254.169.254'),
  address('metadata (IPv6)', 'fd00:ec2::254'),
];

function pod(name: string, namespace: string, ports: readonly string[] = WEB): Place {
  const names = { 'kubernetes.io/metadata.name': namespace };
  return { name, labels: {}, namespace: names, address: undefined, ports };
}

function address(name: string, ip: string): Place {
  return { name, labels: {}, namespace: undefined, address: ip, ports: WEB };
}

export interface Connectivity {
  /** `brain → nats TCP 4222`, sorted. */
  readonly edges: readonly string[];
  /** Opened on one side alone, and so of no use. */
  readonly oneSided: readonly string[];
}

/** Who can reach whom, computed from the policies as a network plugin applies them. */
export function computeConnectivity(manifests: readonly Manifest[]): Connectivity {
  const policies = ofKind(manifests, 'NetworkPolicy').map(({ value }) => at(value, 'spec'));
  const own = toWorkloads(manifests).map((workload): Place => {
    const ports = portsOf(workload).map(({ port }) => `TCP ${port}`);
    return {
      name: workload.app,
      labels: workload.labels,
      namespace: OWN,
      address: undefined,
      ports,
    };
  });
  const places = [...own, ...OUTSIDE];
  const pairs = places.flatMap((from) =>
    places
      .filter((to) => from !== to && (own.includes(from) || own.includes(to)))
      .flatMap((to) => to.ports.map((port) => ({ from, to, port }))),
  );
  const judged = pairs.map(({ from, to, port }) => ({
    edge: `${from.name} → ${to.name} ${port}`,
    // From outside everything may be sent, and what is open to all is so for those who may not go there as well.
    isTold: own.includes(from) && own.includes(to) && !OPEN_TO_ALL.has(`${to.name} ${port}`),
    leaves: allows(policies, { side: 'Egress', self: from, other: to, port }),
    enters: allows(policies, { side: 'Ingress', self: to, other: from, port }),
  }));
  const edges = judged.filter(({ leaves, enters }) => leaves && enters);
  const oneSided = judged.filter(({ leaves, enters, isTold }) => isTold && leaves !== enters);
  return {
    edges: edges.map(({ edge }) => edge).toSorted(),
    oneSided: oneSided.map(({ edge }) => edge).toSorted(),
  };
}

interface Question {
  readonly side: 'Ingress' | 'Egress';
  readonly self: Place;
  readonly other: Place;
  readonly port: string;
}

/** A pod that no policy is about may do everything; policies add up. */
function allows(policies: readonly unknown[], question: Question): boolean {
  const { side, self } = question;
  if (self.namespace !== OWN) return true;
  const about = policies.filter(
    (spec) =>
      selects(at(spec, 'podSelector'), self.labels) && listAt(spec, 'policyTypes').includes(side),
  );
  if (about.length === 0) return true;
  const rules = side === 'Ingress' ? 'ingress' : 'egress';
  return about.some((spec) => listAt(spec, rules).some((rule) => ruleAllows(rule, question)));
}

function ruleAllows(rule: unknown, { side, other, port }: Question): boolean {
  const peers = at(rule, side === 'Ingress' ? 'from' : 'to');
  const ports = at(rule, 'ports');
  const isPeer = peers === undefined || listAt(peers).some((peer) => peerIs(peer, other));
  return (
    isPeer &&
    (ports === undefined ||
      listAt(ports).some(
        (each) => `${textAt(each, 'protocol') || 'TCP'} ${numberAt(each, 'port')}` === port,
      ))
  );
}

function peerIs(peer: unknown, { labels, namespace, address: ip }: Place): boolean {
  const block = at(peer, 'ipBlock');
  if (block !== undefined) return ip !== undefined && blockHas(block, ip);
  if (namespace === undefined) return false;
  const inNamespace = at(peer, 'namespaceSelector');
  const isNamespace =
    inNamespace === undefined ? namespace === OWN : selects(inNamespace, namespace);
  return isNamespace && selects(at(peer, 'podSelector') ?? {}, labels);
}

function blockHas(block: unknown, ip: string): boolean {
  const isIn = (cidr: unknown): boolean => {
    const [net = '', prefix = ''] = String(cidr).split('/');
    const list = new BlockList();
    const family = isIPv6(net) ? 'ipv6' : 'ipv4';
    list.addSubnet(net, Number(prefix), family);
    return isIPv6(ip) === (family === 'ipv6') && list.check(ip, family);
  };
  return isIn(at(block, 'cidr')) && !listAt(block, 'except').some(isIn);
}
