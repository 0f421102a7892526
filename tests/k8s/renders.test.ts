import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, onTestFinished, test, vi } from 'vitest';
import { buildNatsConfig, passwordVariable } from '../../scripts/cluster/build-nats-config.ts';
import { readSecretKeys } from '../../scripts/cluster/read-secret-keys.ts';
import { KEPT_RENDERS, renderKept, stampOf } from '../../scripts/cluster/render.ts';
import { readStamp, toKeptRender } from '../../scripts/cluster/to-kept-render.ts';
import { VARIABLES } from '../../scripts/env/variables.ts';
import { clusterPermissions } from '../../scripts/nats/permissions.ts';
import { parseManifests } from './checks/manifest.ts';
import { ROOT, readKept } from './checks/read-render.ts';
import { toWorkloads } from './checks/workload.ts';

// Each starts programs, on machines that have other things to do.
vi.setConfig({ testTimeout: 180_000 });

const REMEDY = 'k8s/ has changed: npm run k8s:write';

/** Without a kubectl what is kept has to do: its stamp says that it belongs to these files. */
function kubectlOr(skip: (reason: string) => void): string {
  const kubectl = inject('kubectl');
  if (kubectl === '') skip('no kubectl 1.27 or later: set KUBECTL');
  return kubectl;
}

test.each(Object.keys(KEPT_RENDERS))('the kept render %s belongs to k8s/', async (name) => {
  expect(readStamp(await readKept(name)), REMEDY).toBe(await stampOf(ROOT));
});

test.each(Object.keys(KEPT_RENDERS))('%s renders as it is kept', async (name) => {
  const kubectl = inject('kubectl');
  const kept = await readKept(name);
  const text =
    kubectl === ''
      ? kept
      : toKeptRender(await renderKept({ root: ROOT, kubectl }, name), readStamp(kept));
  expect(text, REMEDY).toBe(kept);
});

/** The name of the ConfigMap of the operating system in a copy of the repository. */
async function nameIn(root: string, kubectl: string): Promise<string> {
  const text = await renderKept({ root, kubectl }, 'homelab');
  return /name: (operating-system-[a-z0-9]{10})/.exec(text)?.[1] ?? '';
}

test('a changed prompt is another ConfigMap, and so another pod', async ({ skip }) => {
  const kubectl = kubectlOr(skip);
  const copy = await mkdtemp(join(tmpdir(), 'bakerst-k8s-'));
  onTestFinished(() => rm(copy, { recursive: true, force: true }));
  for (const dir of ['k8s', 'operating_system'])
    await cp(join(ROOT, dir), join(copy, dir), { recursive: true });
  const before = await nameIn(copy, kubectl);
  await writeFile(join(copy, 'operating_system/personas/tutor.md'), 'You teach.');
  const after = await nameIn(copy, kubectl);
  expect(before).toMatch(/^operating-system-/);
  expect(after).toMatch(/^operating-system-/);
  expect(after).not.toBe(before);
});

test('every file of operating_system is in the cluster too', async () => {
  const entries = await readdir(join(ROOT, 'operating_system'), {
    recursive: true,
    withFileTypes: true,
  });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name !== 'kustomization.yaml')
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 18))
    .toSorted();
  const brain = await readFile(join(ROOT, 'k8s/base/brain.yaml'), 'utf8');
  const mounted = [...brain.matchAll(/- \{ key: (\S+), path: (\S+) \}/g)];
  expect(mounted.map(([, , path = '']) => path).toSorted()).toEqual(files);
  const listed = await readFile(join(ROOT, 'operating_system/kustomization.yaml'), 'utf8');
  for (const [, key, path] of mounted)
    expect(listed).toContain(key === path ? `- ${key}\n` : `- ${key}=${path}\n`);
});

test('nats.conf has the users and subjects that npm start has', async () => {
  const written = await readFile(join(ROOT, 'k8s/base/nats/nats.conf'), 'utf8');
  expect(written, 'npm run k8s:write').toBe(buildNatsConfig());
});

test('images have the version of the repository', async () => {
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const images = toWorkloads(parseManifests(await readKept('everything')))
    .flatMap(({ containers }) => containers)
    .map((container) => String(Reflect.get(Object(container), 'image')))
    .filter((image) => image.startsWith('bakerst'));
  expect(new Set(images)).toEqual(new Set([`bakerst:${version}`, `bakerst-ui:${version}`]));
});

test('each Secret holds what its service reads, and workers hold nothing of the brain', () => {
  const keys = readSecretKeys();
  const has = (secret: string) =>
    keys.filter((each) => each.secret === secret).map(({ key }) => key);
  const known = VARIABLES.filter(({ services }) => services.includes('brain'));
  expect(has('brain').filter((key) => !known.some(({ name }) => name === key))).toEqual([]);
  expect(has('worker-code')).toEqual(['NATS_URL']);
  expect(has('worker-mcp')).toEqual(['NATS_URL', 'HTTP_ALLOW_HOSTS']);
  expect(has('worker-agent')).toEqual(['NATS_URL']);
  const users = Object.keys(clusterPermissions());
  const passwords: readonly string[] = [
    passwordVariable('brain'),
    passwordVariable('worker-code'),
    passwordVariable('worker-mcp'),
    passwordVariable('worker-agent'),
  ];
  expect(has('nats')).toEqual(passwords);
  expect(users.toSorted()).toEqual(
    keys
      .filter(({ source }) => source === 'nats')
      .map(({ secret }) => secret)
      .toSorted(),
  );
});
