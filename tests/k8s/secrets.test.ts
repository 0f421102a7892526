import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { readSecretKeys } from '../../scripts/cluster/read-secret-keys.ts';
import { parseEnvSecrets } from '../../scripts/env/parse-env-secrets.ts';
import { makeDir } from '../../scripts/testing/make-dir.ts';
import { ROOT } from './checks/read-render.ts';
import { openCluster, PATH } from './stand-in.ts';

// Each starts programs, on machines that have other things to do.
vi.setConfig({ testTimeout: 180_000 });

const run = promisify(execFile);

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
  const names = readdirSync(dir).filter((name) => !name.endsWith('.version'));
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

test('what a later run does not name stays, and a line without a value takes it away', async () => {
  const { dir, read, makeSecrets } = openCluster();
  await makeSecrets('SECRETS_KEY=of-the-servers\nHTTP_ALLOW_HOSTS=nas.example\n');
  await makeSecrets('ANTHROPIC_API_KEY=sk-of-gary\n');
  expect(read('brain', 'SECRETS_KEY')).toBe('of-the-servers');
  expect(read('brain', 'HTTP_ALLOW_HOSTS')).toBe('nas.example');
  expect(read('worker-mcp', 'HTTP_ALLOW_HOSTS')).toBe('nas.example');

  const token = read('brain', 'AUTH_TOKEN');
  await makeSecrets('SECRETS_KEY=\nHTTP_ALLOW_HOSTS= # nobody\nAUTH_TOKEN=\n');
  expect(readdirSync(join(dir, 'brain'))).not.toContain('SECRETS_KEY');
  expect(readdirSync(join(dir, 'worker-mcp'))).toEqual(['NATS_URL']);
  expect(read('brain', 'ANTHROPIC_API_KEY')).toBe('sk-of-gary');
  expect(read('brain', 'AUTH_TOKEN')).toBe(token);
});

test.each([
  ['does not answer', 'echo "no such host" >&2; exit 1'],
  ['breaks off', 'echo "brain / 1"; exit 1'],
  ['says what is no Secret', 'echo "brain / 1"; echo "brain AUTH_TOKEN %%"; exit 0'],
])('a cluster that %s ends it before anything is changed', async (_name, words) => {
  const { read, makeSecrets, answer, calls, restarted } = openCluster();
  await makeSecrets('SECRETS_KEY=of-the-servers\n');
  const token = read('brain', 'AUTH_TOKEN');
  const password = read('nats', 'NATS_PASSWORD_WORKER_CODE');
  const before = calls().length;
  answer(`case "$*" in "get secret "*) ${words} ;; esac`);
  await expect(makeSecrets('')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('nothing was changed'),
  });
  expect(calls().slice(before).join('\n')).not.toMatch(/^(create|apply)/m);
  expect(read('brain', 'AUTH_TOKEN')).toBe(token);
  expect(read('nats', 'NATS_PASSWORD_WORKER_CODE')).toBe(password);
  expect(restarted()).toBe('deployment/brain\n');
});

test('a token that is too short is refused before anything is changed', async () => {
  const { dir, makeSecrets } = openCluster();
  await expect(makeSecrets('AUTH_TOKEN=short\n')).rejects.toMatchObject({
    stderr: expect.stringContaining('32 bytes'),
  });
  expect(readdirSync(dir)).toEqual([]);
});

test('a file that there is not is no file without values', async () => {
  const { runScript, hooks, calls } = openCluster();
  await expect(runScript('secrets.sh', ['--env-file', join(hooks, 'none')])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('there is no file'),
  });
  expect(calls()).toEqual([]);
});

const LINES = [
  '# a comment',
  '',
  '   # another',
  'PLAIN=value',
  '  SPACED  =  a value  ',
  'EXPORTED_BEFORE=1',
  'export EXPORTED=yes',
  'export=name',
  'COMMENT=value # of mine',
  'HASH=a#b',
  'ONLY_COMMENT=# nothing',
  'EMPTY=',
  "SINGLE='as $it \\n is' # quoted",
  "SINGLE_EMPTY=''",
  "SINGLE_OPEN='open",
  "SINGLE_MORE='one' two",
  'DOUBLE="a \\"b\\" \\\\ c\\nd # e" # f',
  'DOUBLE_EMPTY=""',
  'DOUBLE_OPEN="open\\"',
  'DOUBLE_MORE="one" two',
  'QUOTE_INSIDE=it"s',
  'EQUALS=a=b',
  'TWICE=one',
  'TWICE=two',
  '9NO=1',
  'no line of ours',
  'UMLAUT="grüße"',
  'CARRIAGE=return\r',
  'LAST=without the end of a line',
];

test('.env-secrets is read as npm start reads it', async () => {
  const text = `\uFEFF${LINES.join('\n')}`;
  const file = join(makeDir(), 'env-secrets');
  writeFileSync(file, text);
  const out = makeDir();
  const { stdout } = await run(
    'awk',
    ['-f', join(ROOT, 'scripts/cluster/split-env-secrets.awk'), file],
    { env: { PATH, OUT: out, LC_ALL: 'C' } },
  );
  const { variables, badLines } = parseEnvSecrets(text);
  const found = readdirSync(out).map((name) => [name, readFileSync(join(out, name), 'utf8')]);
  expect(Object.fromEntries(found)).toEqual(variables);
  expect(stdout.split('\n').filter(Boolean).map(Number)).toEqual(badLines);
  expect(badLines.length).toBeGreaterThan(3);
});

test('a key that goes to no Secret is told of', async () => {
  const { makeSecrets } = openCluster();
  const said = await makeSecrets('HTTPS_PROXY=http://proxy:3128\nTIME_ZONE=Europe/Berlin\n');
  expect(said).toContain('HTTPS_PROXY goes to no Secret');
  expect(said).not.toContain('TIME_ZONE');
});
