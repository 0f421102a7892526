import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const TIMEOUT_MS = 60_000;

/** What an overlay may take in, in the order in which they build on each other. */
export const COMPONENTS = [
  'backup',
  'backup-s3',
  'browser',
  'gateway-api',
  'ingress',
  'keda',
  'lan-egress',
  'telegram',
  'telegram-webhook',
] as const;

/** The renders that are kept in tests/k8s/renders, each with the components that it adds to its overlay. */
export const KEPT_RENDERS: Readonly<Record<string, readonly string[]>> = {
  homelab: [],
  local: [],
  everything: COMPONENTS,
};

export interface Cluster {
  /** The repository. */
  readonly root: string;
  readonly kubectl: string;
}

/** The manifests of a kept render as they would be applied. Throws what kubectl says. */
export async function renderKept({ root, kubectl }: Cluster, name: string): Promise<string> {
  const components = KEPT_RENDERS[name] ?? [];
  if (components.length > 0) return await renderWith({ root, kubectl }, components);
  return await kustomize(kubectl, join(root, 'k8s/overlays', name));
}

/** The manifests of the overlay homelab with further components. */
export async function renderWith(
  { root, kubectl }: Cluster,
  components: readonly string[],
): Promise<string> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'bakerst-k8s-')));
  try {
    const k8s = relative(dir, join(await realpath(root), 'k8s'));
    const lines = [
      'resources:',
      `  - ${k8s}/overlays/homelab`,
      'components:',
      ...components.map((component) => `  - ${k8s}/components/${component}`),
    ];
    await writeFile(join(dir, 'kustomization.yaml'), `${lines.join('\n')}\n`);
    return await kustomize(kubectl, dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function kustomize(kubectl: string, dir: string): Promise<string> {
  const { stdout } = await run(kubectl, ['kustomize', dir], {
    timeout: TIMEOUT_MS,
    maxBuffer: 16 * 1024 * 1024,
  });
  return stdout;
}

/** Changes with any file of k8s/ that a render depends on. */
export async function stampOf(root: string): Promise<string> {
  const k8s = join(root, 'k8s');
  const names = (await readdir(k8s, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((name) => !name.startsWith('k8s/images/'));
  const hash = createHash('sha256');
  for (const name of [...names, 'operating_system/kustomization.yaml'].toSorted())
    hash.update(`${name}\0`).update(await readFile(join(root, name)));
  return hash.digest('hex');
}
