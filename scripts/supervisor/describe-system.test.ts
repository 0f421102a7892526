import { expect, test } from 'vitest';
import { describeSystem } from './describe-system.ts';
import type { ModelHealth } from './read-health.ts';
import { readSettings } from './read-settings.ts';

const LINK = 'http://127.0.0.1:3000/sign-in#abc.def';

function describe(model: ModelHealth | undefined, dataDir = '/home/gary/data', link = ''): string {
  const settings = readSettings({}, '/home/gary/bakerst');
  const found = link === '' ? undefined : link;
  return describeSystem({ settings, dataDir, model, link: found, tookMs: 870 });
}

test.each([
  [{ kind: 'offline', name: 'offline', access: 'ok' }, /offline model: .*no account/],
  [
    { kind: 'anthropic', name: 'claude-sonnet-5-5', access: 'ok' },
    /Claude \(claude-sonnet-5-5\)$/m,
  ],
  [{ kind: 'anthropic', name: 'claude-sonnet-5-5', access: 'refused' }, /REFUSED the key/],
  [{ kind: 'custom', name: 'qwen3', access: 'unknown' }, /qwen3, at ANTHROPIC_BASE_URL$/m],
  [undefined, /none that answers yet/],
] as const)('the model line for %j', (model, line) => {
  expect(describe(model)).toMatch(line);
});

test('a refused key comes with where to correct it', () => {
  const refused = { kind: 'anthropic', name: 'claude-sonnet-5-5', access: 'refused' } as const;
  expect(describe(refused)).toMatch(/to correct it, .*ANTHROPIC_API_KEY.*bakerst\/\.env-secrets/);
});

test('a data directory whose name needs quotes gets them in the curl line', () => {
  expect(describe(undefined, "/home/gary's data")).toContain(
    `$(cat '/home/gary'\\''s data/owner-token')`,
  );
});

test('the link comes first, or how to get one', () => {
  expect(describe(undefined, '/data', LINK)).toMatch(
    /\n {2}open {5}http:\/\/\S+\/sign-in#abc\.def\n/,
  );
  expect(describe(undefined)).toContain('npm run link prints a link');
});
