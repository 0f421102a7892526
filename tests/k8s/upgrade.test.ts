import { expect, test, vi } from 'vitest';
import { openCluster } from './stand-in.ts';

// Each starts programs, on machines that have other things to do.
vi.setConfig({ testTimeout: 180_000 });

function open(answers = '') {
  const cluster = openCluster(answers);
  return {
    ...cluster,
    upgrade: async (args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) =>
      await cluster.runScript('upgrade.sh', ['--env-file', cluster.envFile, ...args], { env }),
  };
}

test('upgrade.sh makes a backup and what Secrets lack, applies, and takes the images of TAG', async () => {
  const { upgrade, calls, read, readHook, restarted } = open();
  const said = await upgrade([], { TAG: 'abc123' });
  expect(said).toMatch(/upgraded$/m);
  expect(read('brain', 'AUTH_TOKEN')).not.toBe('');
  expect(restarted()).toBe('');
  const at = (start: RegExp) => calls().findIndex((call) => start.test(call));
  expect(at(/^exec .*POST .*backups/s)).toBeLessThan(at(/^create secret/));
  expect(at(/^create secret/)).toBeLessThan(at(/^apply .*--field-manager=bakerst /));
  expect(readHook('manifests')).toBe(
    'image: bakerst:abc123\nimage: home/bakerst-ui:abc123\nimage: nats:2.14.7\n',
  );
});

test('upgrade.sh says so when nothing has changed', async () => {
  const { upgrade } = open('case "$*" in "apply "*"=bakerst "*) exit 0 ;; esac');
  const said = await upgrade();
  expect(said).toContain('no pod was replaced');
  expect(said).not.toMatch(/upgraded$/m);
});

test.each([
  [
    'applying fails',
    'case "$*" in "apply "*"=bakerst "*) echo 2 > "$HOOKS/revision"; exit 1 ;; esac',
  ],
  ['it does not get ready', 'case "$*" in "rollout status deployment.apps/brain"*) exit 1 ;; esac'],
  ['nobody knows what runs', 'case "$*" in "get statefulset,deployment "*) exit 1 ;; esac'],
  ['there is nothing', 'case "$*" in "get statefulset,deployment "*) exit 0 ;; esac'],
])('when %s upgrade.sh goes back, StatefulSets and CronJobs as well', async (_, answers) => {
  const { upgrade, calls } = open(answers);
  await expect(upgrade()).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('scripts/restore.sh 2026-01-01T00-00-00-000Z'),
  });
  expect(calls()).toContain('rollout undo deployment/brain --to-revision 1');
  expect(calls()).toContain('get controllerrevision nats-1 -o jsonpath={.revision}');
  expect(calls()).toContain('rollout undo statefulset/nats --to-revision 7');
  expect(calls()).toContain('set image cronjob/restore *=bakerst:1');
});

test('what was ready before is applied again when the next version is not', async () => {
  const { upgrade, calls, readHook, answer } = open();
  await upgrade([], { TAG: 'good' });
  expect(readHook('kept')).toContain('image: bakerst:good');
  answer(`
    case "$*" in
      "rollout status deployment.apps/brain"*) grep -q good "$HOOKS/manifests" || exit 1 ;;
      "get statefulset "*) echo "statefulset/nats nats-$(cksum < "$HOOKS/manifests")"; exit 0 ;;
    esac`);
  await expect(upgrade([], { TAG: 'bad' })).rejects.toMatchObject({ code: 1 });
  expect(readHook('manifests')).toContain('image: bakerst:good');
  expect(readHook('kept')).toContain('image: bakerst:good');
  expect(calls()).toContain('delete pod -l app.kubernetes.io/name=nats --wait=false');
  expect(calls().join('\n')).not.toContain('rollout undo');
});

test('a brain that is down is upgraded without a backup when that is asked for', async () => {
  const { upgrade, calls, readHook } = open('case "$*" in "exec "*) exit 1 ;; esac');
  await expect(upgrade()).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('--no-backup'),
  });
  expect(calls().join('\n')).not.toMatch(/^(apply|create)/m);
  await upgrade(['--no-backup']);
  expect(readHook('manifests')).toContain('bakerst:0.1.0');
});

test('deploy.sh is not ready when nobody knows what runs', async () => {
  const { runScript, envFile } = openCluster(`
    case "$*" in
      "version -o yaml") printf 'serverVersion:\\n  gitVersion: v1.33.1\\n'; exit 0 ;;
      "auth "*) exit 0 ;;
      "get storageclass "*) echo true; exit 0 ;;
      "get statefulset,deployment "*) exit 1 ;;
      "apply "*"namespace.yaml") exit 0 ;;
    esac`);
  await expect(runScript('deploy.sh', ['--no-link', '--env-file', envFile])).rejects.toMatchObject({
    code: 1,
    stderr: expect.not.stringMatching(/^ready$/m),
  });
});
