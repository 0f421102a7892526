import {
  INVALID,
  JOBS,
  NO_RUN,
  OWNER,
  post,
  type Row,
  SUPER,
  testRefusals,
} from '../support/refusals.ts';

const READS: readonly Row[] = [
  [
    'events for who takes JSON alone',
    `${NO_RUN}/events`,
    { headers: { ...OWNER, Accept: 'application/json' } },
    { status: 404 },
  ],
  [
    'a Last-Event-ID that is not ours',
    `${NO_RUN}/events`,
    { headers: { ...OWNER, 'Last-Event-ID': 'x' } },
    { status: 404 },
  ],
  ['an unknown run', NO_RUN, { headers: OWNER }, { status: 404, reason: 'RUN_NOT_FOUND' }],
  ['a run id that does not look like one', '/api/v1/runs/%00', { headers: OWNER }, { status: 404 }],
  ['a run id of 10 KB', `/api/v1/runs/${'a'.repeat(10_240)}`, { headers: OWNER }, { status: 404 }],
  ['a path that cannot be decoded', '/api/v1/runs/%E0%A4%A', { headers: OWNER }, { status: 400 }],
  ['events of an unknown run', `${NO_RUN}/events`, { headers: OWNER }, { status: 404 }],
  ['the halt of an unknown run', `${NO_RUN}/halt`, post({}), { status: 404 }],
  [
    'an unknown job',
    `${JOBS}/0190a000-0000-7000-8000-000000000000`,
    { headers: OWNER },
    { status: 404, reason: 'JOB_NOT_FOUND' },
  ],
  [
    'an unknown query parameter',
    `${NO_RUN}?colour=red`,
    { headers: OWNER },
    { ...INVALID, reason: 'UNKNOWN_FIELD' },
  ],
  ...['0', '-1', '1e9', 'abc', '1.5', '51', '', '5&limit=6'].map(
    (limit): Row => [
      `history with limit=${limit}`,
      `/api/v1/orgs/home/users/owner/history?limit=${limit}`,
      { headers: OWNER },
      { ...INVALID, reason: 'INVALID_QUERY' },
    ],
  ),
  [
    'history with a negative offset',
    '/api/v1/orgs/home/users/owner/history?offset=-1',
    { headers: OWNER },
    INVALID,
  ],
  [
    'history of an org with a blank',
    '/api/v1/orgs/a%20b/users/owner/history',
    { headers: SUPER },
    INVALID,
  ],
  [
    'history of an unknown org',
    '/api/v1/orgs/nowhere/users/owner/history',
    { headers: SUPER },
    { status: 404 },
  ],
];

testRefusals({ read: READS });
