import { expect, test } from 'vitest';
import { explainAudit } from './explain-audit.ts';

test.each([
  ['No known vulnerabilities found', 0],
  ['1 vulnerabilities found\nSeverity: 1 high', 1],
  ['ERR_PNPM_AUDIT_BAD_RESPONSE: the audit endpoint responded with 405', 69],
  ['ERR_PNPM_AUDIT_BAD_RESPONSE: fetch failed ECONNREFUSED', 69],
])('%j means exit code %i', (output, exitCode) => {
  const { sentence, ...verdict } = explainAudit(exitCode === 0 ? 0 : 1, output);
  expect(verdict).toEqual({ exitCode });
  expect(sentence).toMatch(/hole/);
});
