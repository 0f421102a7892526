import {
  CHAT,
  HELLO,
  INVALID,
  JOBS,
  NO_RUN,
  nested,
  OWNER,
  post,
  type Row,
  SUPER,
  testRefusals,
} from '../support/refusals.ts';

const NOT_ALLOWED = { status: 403, code: 'AUTHORIZATION_ERROR' } as const;
const NO_COMMAND = { ...NOT_ALLOWED, reason: 'COMMAND_NOT_ALLOWED' };
const NO_URL = { ...NOT_ALLOWED, reason: 'URL_NOT_ALLOWED' };
const NO_JOB = { ...INVALID, reason: 'INVALID_JOB' };
const TOO_DEEP = { ...INVALID, reason: 'JSON_TOO_DEEP' };
const UNKNOWN_JOB = `${JOBS}/0190a000-0000-7000-8000-000000000000`;

/** Rows 99 to 110 of table (c) I, and group K as far as a URL shows it. */
const POSTS: readonly Row[] = [
  ['a job without a type', JOBS, post({ code: '1' }), NO_JOB],
  ['a job of an unknown type', JOBS, post({ type: 'foo' }), NO_JOB],
  ['a command without a line', JOBS, post({ type: 'command' }), INVALID],
  ['a command of two lines', JOBS, post({ type: 'command', command: 'ls\nid' }), NO_JOB],
  ['an empty command', JOBS, post({ type: 'command', command: ' ' }), NO_JOB],
  [
    'a command of 1,025 characters',
    JOBS,
    post({ type: 'command', command: 'x'.repeat(1_025) }),
    INVALID,
  ],
  ['a quote that is not closed', JOBS, post({ type: 'command', command: 'ls "' }), NO_JOB],
  ...['ls; rm -rf /', 'ls $(id)', 'ls `id`', 'ls | sh', 'cat /proc/self/environ', 'sh -c id'].map(
    (command): Row => [
      `the command ${command}`,
      JOBS,
      post({ type: 'command', command }),
      NO_COMMAND,
    ],
  ),
  ...[
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://[::1]/',
    'http://169.254.169.254/latest',
    'http://localhost:3000/',
    'http://user@example.com/',
    'file:///etc/passwd',
    'gopher://example.com/',
    'http:///127.0.0.1',
  ].map((url): Row => [`the URL ${url}`, JOBS, post({ type: 'http', url }), NO_URL]),
  [
    'a URL of 2,049 characters',
    JOBS,
    post({ type: 'http', url: `http://example.com/${'x'.repeat(2_049)}` }),
    INVALID,
  ],
  [
    'an unknown method',
    JOBS,
    post({ type: 'http', url: 'http://example.com/', method: 'TRACE' }),
    INVALID,
  ],
  [
    'a header with a line break',
    JOBS,
    post({ type: 'http', url: 'http://example.com/', headers: { a: 'b\r\nc: d' } }),
    INVALID,
  ],
  [
    'a header name with a blank',
    JOBS,
    post({ type: 'http', url: 'http://example.com/', headers: { 'a b': 'c' } }),
    INVALID,
  ],
  [
    '51 headers',
    JOBS,
    post({
      type: 'http',
      url: 'http://example.com/',
      headers: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`h${i}`, 'x'])),
    }),
    NO_JOB,
  ],
  [
    'a body of 128 KiB and a character',
    JOBS,
    post({
      type: 'http',
      url: 'http://example.com/',
      method: 'POST',
      body: 'x'.repeat(128 * 1024 + 1),
    }),
    NO_JOB,
  ],
  ...[100, 2_000, 10_000].map(
    (levels): Row => [
      `a body nested ${levels} deep`,
      JOBS,
      post(`{"type":"http","url":"http://example.com/","method":"POST","body":${nested(levels)}}`),
      TOO_DEEP,
    ],
  ),
  ['an agent without a job', JOBS, post({ type: 'agent', job: '' }), NO_JOB],
  [
    'an agent job of 10,001 characters',
    JOBS,
    post({ type: 'agent', job: 'x'.repeat(10_001) }),
    INVALID,
  ],
  ['an unknown replay class', JOBS, post({ type: 'code', code: '1', replay: 'always' }), INVALID],
  ['code that is keyed', JOBS, post({ type: 'code', code: '1', replay: 'keyed' }), NO_JOB],
  ['an empty ordering key', JOBS, post({ type: 'code', code: '1', ordering_key: '' }), NO_JOB],
  [
    'an ordering key of 129 characters',
    JOBS,
    post({ type: 'code', code: '1', ordering_key: 'k'.repeat(129) }),
    INVALID,
  ],
  [
    'a time limit above that of a command',
    JOBS,
    post({ type: 'command', command: 'uptime', timeout_ms: 30_001 }),
    INVALID,
  ],
  ['a webhook of an unknown type', '/webhook', post({ type: 'code', code: '1' }), { ...INVALID }],
  ['a webhook without its command', '/webhook', post({ type: 'command' }), INVALID],
  [
    'a webhook to this machine',
    '/webhook',
    post({ type: 'http', url: 'http://127.0.0.1/' }),
    NO_URL,
  ],
  [
    'a webhook whose variables are nested 2,000 deep',
    '/webhook',
    post(`{"type":"http","url":"http://example.com/","vars":{"a":${nested(2_000)}}}`),
    TOO_DEEP,
  ],
  ['a webhook without a token', '/webhook', { method: 'POST' }, { status: 401 }],
  [
    'a job in an unknown org',
    JOBS,
    post({ type: 'code', code: '1', org: 'nowhere', user_id: 'gary' }, SUPER),
    { status: 404, reason: 'ORG_NOT_FOUND' },
  ],
  [
    'a job for somebody else',
    JOBS,
    post({ type: 'code', code: '1', user_id: 'gary' }),
    { status: 403 },
  ],
];

const ACTIONS: readonly Row[] = [
  ...['redrive', 'dismiss', 'halt'].map(
    (action): Row => [
      `${action} of an unknown job`,
      `${UNKNOWN_JOB}/${action}`,
      post({}),
      { status: 404, reason: 'JOB_NOT_FOUND' },
    ],
  ),
  ['an outcome that is none', `${UNKNOWN_JOB}/resolve`, post({ outcome: 'perhaps' }), INVALID],
  [
    'resolve without a body',
    `${UNKNOWN_JOB}/resolve`,
    { method: 'POST', headers: OWNER },
    { ...INVALID, reason: 'INVALID_BODY' },
  ],
  [
    'resolve with an unknown field',
    `${UNKNOWN_JOB}/resolve`,
    post({ outcome: 'retry', why: 'x' }),
    { ...INVALID, reason: 'UNKNOWN_FIELD' },
  ],
  [
    'resolve with a result nested 2,000 deep',
    `${UNKNOWN_JOB}/resolve`,
    post(`{"outcome":"happened","result":${nested(2_000)}}`),
    TOO_DEEP,
  ],
  ['resolve by GET', `${UNKNOWN_JOB}/resolve`, { headers: OWNER }, { status: 405 }],
  ['an unknown way to be busy', CHAT, post({ ...HELLO, on_busy: 'shout' }), INVALID],
];

const LISTS: readonly Row[] = [
  ...['/api/v1/jobs', '/api/v1/runs', `${NO_RUN}/steps`].flatMap((path) =>
    [
      'limit=0',
      'limit=-1',
      'limit=101',
      'limit=abc',
      'limit=1.5',
      'limit=5&limit=6',
      'colour=red',
    ].map((query): Row => [`${path}?${query}`, `${path}?${query}`, { headers: OWNER }, INVALID]),
  ),
  ...['x', 'Y2Fi', '%00', 'a'.repeat(65)].map(
    (cursor): Row => [
      `the cursor ${cursor.slice(0, 8)}`,
      `/api/v1/jobs?cursor=${cursor}`,
      { headers: OWNER },
      INVALID,
    ],
  ),
  ['jobs of an unknown state', `${JOBS}?status=lost`, { headers: OWNER }, INVALID],
  ['runs of an unknown state', '/api/v1/runs?status=lost', { headers: OWNER }, INVALID],
  ['jobs of somebody else', `${JOBS}?user_id=gary`, { headers: OWNER }, { status: 403 }],
  ['steps of an unknown run', `${NO_RUN}/steps`, { headers: OWNER }, { status: 404 }],
  [
    'events for who takes JSON alone',
    '/api/v1/events',
    { headers: { ...OWNER, Accept: 'application/json' } },
    { status: 406 },
  ],
  ['events of nobody', '/api/v1/events', { headers: SUPER }, INVALID],
];

testRefusals({ job: POSTS, action: ACTIONS, list: LISTS });
