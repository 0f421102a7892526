import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { readSecretKeys } from '../../scripts/cluster/read-secret-keys.ts';
import { makeDir } from '../../scripts/testing/make-dir.ts';
import { ROOT } from './checks/read-render.ts';

const run = promisify(execFile);
const PATH = '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin';

const SCRIPTS = [
  ...['backup', 'build', 'deploy', 'doctor', 'restore', 'secrets', 'upgrade'].map(
    (name) => `scripts/${name}.sh`,
  ),
  'scripts/cluster/common.sh',
  'k8s/components/backup/copy-backups.sh',
  'scripts/cluster/prune-packages.sh',
];

test('shellcheck finds nothing in the scripts', async ({ skip }) => {
  const isThere = spawnSync('shellcheck', ['--version'], { env: { PATH } }).status === 0;
  if (!isThere) return skip('there is no shellcheck here');
  await expect(
    run('shellcheck', ['-x', ...SCRIPTS], { cwd: ROOT, env: { PATH } }),
  ).resolves.toEqual(expect.objectContaining({ stdout: '' }));
});

test.each(SCRIPTS.filter((script) => /^scripts\/\w+\.sh$/.test(script)))(
  '%s says how it is used, and refuses what it does not know',
  async (script) => {
    const { stdout } = await run(join(ROOT, script), ['--help'], { env: { PATH } });
    expect(stdout).toContain(script);
    await expect(
      run(join(ROOT, script), ['--none-of-it'], { env: { PATH } }),
    ).rejects.toMatchObject({
      code: 64,
    });
  },
);

/** Keeps Secrets as files, as a cluster would, in the little of kubectl that secrets.sh uses. */
const STAND_IN = `#!/bin/sh
set -eu
cd "$CLUSTER"
[ "$1" != --namespace ] || shift 2
case "$1 \${2:-}" in
  "version "*) ;;
  "get namespace") ;;
  "get secret")
    [ -d "$3" ] || exit 1
    case "$5" in
      jsonpath*) cat "$3.version" ;;
      *) key=$(printf '%s' "$5" | sed 's/.*"\\(.*\\)".*/\\1/'); [ ! -f "$3/$key" ] || cat "$3/$key" ;;
    esac ;;
  "create secret") echo "$4 \${5#--from-file=}" ;;
  "apply --server-side")
    read -r name dir < "$6"
    new=$(cat "$dir"/* | cksum)
    [ "$(cat "$name.version" 2> /dev/null || true)" = "$new" ] && exit 0
    rm -rf "$name"; cp -R "$dir" "$name"; echo "$new" > "$name.version" ;;
  "get deployment") [ "$3" = brain ] ;;
  "rollout restart") echo "$3" >> restarted ;;
  *) exit 1 ;;
esac
`;

function openCluster() {
  const dir = makeDir();
  const kubectl = join(makeDir(), 'kubectl');
  writeFileSync(kubectl, STAND_IN);
  chmodSync(kubectl, 0o755);
  const envFile = join(makeDir(), 'env-secrets');
  const read = (secret: string, key: string) => readFileSync(join(dir, secret, key), 'utf8');
  return {
    dir,
    read,
    async makeSecrets(text: string) {
      writeFileSync(envFile, text);
      const env = { PATH, KUBECTL: kubectl, CLUSTER: dir };
      const { stdout, stderr } = await run(
        join(ROOT, 'scripts/secrets.sh'),
        ['--env-file', envFile],
        { env },
      );
      return stdout + stderr;
    },
    restarted: () =>
      existsSync(join(dir, 'restarted')) ? readFileSync(join(dir, 'restarted'), 'utf8') : '',
  };
}

test('secrets.sh makes what is missing, once, and says no value', async () => {
  const { dir, read, makeSecrets, restarted } = openCluster();
  const said = await makeSecrets('ANTHROPIC_API_KEY="sk-of-gary"\nUNKNOWN=1\n');
  const token = read('brain', 'AUTH_TOKEN');
  expect(token).toMatch(/^b[0-9a-f]{64}$/);
  expect(read('brain', 'ANTHROPIC_API_KEY')).toBe('sk-of-gary');
  expect(read('brain', 'QDRANT_API_KEY')).toBe(read('qdrant', 'QDRANT_API_KEY'));
  const password = read('nats', 'NATS_PASSWORD_WORKER_CODE');
  expect(read('worker-code', 'NATS_URL')).toBe(`nats://worker-code:${password}@nats:4222`);
  expect(readdirSync(join(dir, 'worker-code'))).toEqual(['NATS_URL']);
  const names = readdirSync(dir).filter((name) => !/\.version$|^restarted$/.test(name));
  expect(names.toSorted()).toEqual(
    [...new Set(readSecretKeys().map((key) => key.secret))].toSorted(),
  );
  for (const value of [token, password, 'sk-of-gary']) expect(said).not.toContain(value);
  expect(restarted()).toBe('deployment/brain\n');

  await makeSecrets('ANTHROPIC_API_KEY=sk-of-gary\n');
  expect(read('brain', 'AUTH_TOKEN')).toBe(token);
  expect(restarted()).toBe('deployment/brain\n');

  await makeSecrets("ANTHROPIC_API_KEY='sk-of-sara'\n");
  expect(read('brain', 'ANTHROPIC_API_KEY')).toBe('sk-of-sara');
  expect(restarted()).toBe('deployment/brain\ndeployment/brain\n');
});

test('a token that is too short is refused before anything is changed', async () => {
  const { dir, makeSecrets } = openCluster();
  await expect(makeSecrets('AUTH_TOKEN=short\n')).rejects.toMatchObject({
    stderr: expect.stringContaining('32 bytes'),
  });
  expect(readdirSync(dir)).toEqual([]);
});
