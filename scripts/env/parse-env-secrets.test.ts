import { expect, test } from 'vitest';
import { parseEnvSecrets } from './parse-env-secrets.ts';

test.each([
  ['ANTHROPIC_API_KEY=sk-ant-1', 'sk-ant-1'],
  ['  ANTHROPIC_API_KEY = sk-ant-1  ', 'sk-ant-1'],
  ['export ANTHROPIC_API_KEY=sk-ant-1', 'sk-ant-1'],
  ["ANTHROPIC_API_KEY='sk # ant \\n'", 'sk # ant \\n'],
  ['ANTHROPIC_API_KEY="sk # \\"ant\\"\\n" # ours', 'sk # "ant"\n'],
  ['ANTHROPIC_API_KEY=sk-ant-1 # the household’s', 'sk-ant-1'],
  ['ANTHROPIC_API_KEY=sk#ant', 'sk#ant'],
  ['ANTHROPIC_API_KEY=a=b==', 'a=b=='],
  ['ANTHROPIC_API_KEY=$HOME', '$HOME'],
  ['ANTHROPIC_API_KEY=', ''],
  ['ANTHROPIC_API_KEY=old\nANTHROPIC_API_KEY=new', 'new'],
  ['\uFEFFANTHROPIC_API_KEY=sk-ant-1\r\n', 'sk-ant-1'],
])('%j gives %j', (text, value) => {
  expect(parseEnvSecrets(text)).toEqual({ variables: { ANTHROPIC_API_KEY: value }, badLines: [] });
});

test('comments and blank lines are passed over', () => {
  expect(parseEnvSecrets('# keys\n\n   # more\n')).toEqual({ variables: {}, badLines: [] });
});

test('lines that are neither are told by their number, and never by what stands in them', () => {
  const { variables, badLines } = parseEnvSecrets('TZ=UTC\nsk-ant-1\n1A=x\nLANG="open\nA B=1');
  expect(variables).toEqual({ TZ: 'UTC' });
  expect(badLines).toEqual([2, 3, 4, 5]);
});
