import { JobFailure, JobId, OrgId, UserId } from '@bakerst/contracts';
import { DeliveryContent } from '@bakerst/contracts/channels';
import { expect, test } from 'vitest';
import type { Job } from '../jobs/job.ts';
import { NEW } from '../jobs/job-state-testing.ts';
import { describeJob } from './describe-job.ts';

const CODE: Job = {
  id: JobId.parse('0190a000-0000-7000-8000-000000000001'),
  tenant: { org: OrgId.parse('home'), user: UserId.parse('gary') },
  call: undefined,
  spec: { type: 'code', code: 'return bread()', timeoutMs: 1_000 },
  orderingKey: undefined,
  requestId: 'r-1',
  workerId: 'worker-1',
  ...NEW,
  status: 'completed',
  result: { ok: true, value: 'bread' },
  error: undefined,
  createdAt: 1,
  startedAt: 2,
  finishedAt: 3,
};

test.each<[string, Partial<Job>, string]>([
  ['U+0000', { result: { ok: true, value: 'a\0b' } }, 'a\ufffdb'],
  ['half of a character', { result: { ok: true, value: 'a\ud800' } }, 'a\ufffd'],
  [
    'both in what a command printed',
    { result: { stdout: '\0\udc00', stderr: '' } },
    '\ufffd\ufffd',
  ],
  [
    'U+0000 in why it failed',
    { status: 'failed', error: JobFailure.parse({ code: 'ERROR', message: 'no \0' }) },
    'no \ufffd',
  ],
])('an outcome that holds %s can be carried to a chat', (_, more, told) => {
  const { text } = describeJob({ ...CODE, ...more });
  expect(DeliveryContent.safeParse({ type: 'text', text }).success).toBe(true);
  expect(text).toContain(told);
});
