import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeDir } from '../testing/make-dir.ts';
import { withEnvSecrets } from './with-env-secrets.ts';

function read(text: string, mode: number, env: Record<string, string> = {}) {
  const file = join(makeDir(), '.env-secrets');
  writeFileSync(file, text);
  chmodSync(file, mode);
  const said: string[] = [];
  return { env: withEnvSecrets(env, { file, say: (line) => said.push(line) }), said };
}

test('the environment wins, also with an empty value', () => {
  const { env } = read('TZ=UTC\nLANG=de\nPORT=1', 0o600, { TZ: 'Europe/Berlin', LANG: '' });
  expect(env).toEqual({ TZ: 'Europe/Berlin', LANG: '', PORT: '1' });
});

test('a file that others can read is told of, with what to do', () => {
  expect(read('TZ=UTC', 0o640).said).toEqual([expect.stringContaining('chmod 600')]);
  expect(read('TZ=UTC', 0o600).said).toEqual([]);
});

test('a line that is not KEY=VALUE is told of without its text', () => {
  const { said } = read('TZ=UTC\nsk-ant-secret', 0o600);
  expect(said).toEqual([expect.stringContaining('(line 2)')]);
  expect(said.join()).not.toContain('sk-ant-secret');
});

test('without the file the environment is all there is', () => {
  const file = join(makeDir(), '.env-secrets');
  expect(withEnvSecrets({ TZ: 'UTC' }, { file, say: () => undefined })).toEqual({ TZ: 'UTC' });
});
