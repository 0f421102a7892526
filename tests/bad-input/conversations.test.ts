import {
  INVALID,
  nested,
  OWNER,
  post,
  type Row,
  SUPER,
  testRefusals,
} from '../support/refusals.ts';

const TALKS = '/api/v1/conversations';
const NO_TALK = `${TALKS}/0190a000-0000-7000-8000-000000000000`;
const HOME = '/api/v1/admin/orgs/home';
const UNKNOWN = { ...INVALID, reason: 'UNKNOWN_FIELD' };
const BAD_QUERY = { ...INVALID, reason: 'INVALID_QUERY' };
const NOT_THERE = { status: 404, code: 'NOT_FOUND', reason: 'CONVERSATION_NOT_FOUND' } as const;

function send(method: string, body: unknown, headers = OWNER): RequestInit {
  return { ...post(body, headers), method };
}

const get = (headers = OWNER): RequestInit => ({ headers });

const TITLES: readonly Row[] = (
  [
    ['an empty title', '', INVALID],
    ['a blank title', ' \n ', INVALID],
    ['a title of 201 characters', 'x'.repeat(201), INVALID],
    ['a title that is a number', 7, INVALID],
    ['a title with U+0000', 'a\u0000b', { ...INVALID, reason: 'INVALID_TEXT' }],
    ['a title that is a list', ['a'], INVALID],
  ] as const
).flatMap(([what, title, refusal]): Row[] => [
  [`opening with ${what}`, TALKS, post({ title }), refusal],
  [`renaming to ${what}`, NO_TALK, send('PATCH', { title }), refusal],
]);

const BODIES: readonly Row[] = [
  ['an unknown field', TALKS, post({ colour: 'red' }), UNKNOWN],
  ['a list instead of a body', TALKS, post([]), { ...INVALID, reason: 'INVALID_BODY' }],
  ['half of a body', TALKS, post('{"title":'), { ...INVALID, reason: 'INVALID_JSON' }],
  ['a body in a thousand lists', TALKS, post(`{"title":${nested(1_000)}}`), INVALID],
  ['a body of 1 MB', TALKS, post({ title: 'x'.repeat(1_048_576) }), { status: 413 }],
  ['pinning by a word', NO_TALK, send('PATCH', { pinned: 'yes' }), INVALID],
  ['archiving by null', NO_TALK, send('PATCH', { archived: null }), INVALID],
  ['a change of nothing at all', NO_TALK, send('PATCH', ''), INVALID],
  ['a change of one that is not there', NO_TALK, send('PATCH', { pinned: true }), NOT_THERE],
  ['deleting one that is not there', NO_TALK, { method: 'DELETE', headers: OWNER }, NOT_THERE],
  ['restoring one that is not there', `${NO_TALK}/restore`, post({}), NOT_THERE],
  ['a PUT of one', NO_TALK, send('PUT', { title: 'x' }), { status: 405 }],
];

const READS: readonly Row[] = [
  ['one that is not there', NO_TALK, get(), NOT_THERE],
  ['an id that is none', `${TALKS}/..%2f..%2fetc`, get(), NOT_THERE],
  ['an id of 10 KB', `${TALKS}/${'a'.repeat(10_240)}`, get(), NOT_THERE],
  ['messages of one that is not there', `${NO_TALK}/messages`, get(), NOT_THERE],
  ['an export of one that is not there', `${NO_TALK}/export?format=json`, get(), NOT_THERE],
  ['an export as a tape', `${NO_TALK}/export?format=tape`, get(), BAD_QUERY],
  ['messages in an order of their own', `${NO_TALK}/messages?order=random`, get(), BAD_QUERY],
  ['a list of the archived, perhaps', `${TALKS}?archived=perhaps`, get(), BAD_QUERY],
  ['an unknown filter', `${TALKS}?colour=red`, get(), UNKNOWN],
  ...['x', '', 'YzEw', '0'.repeat(300), '%00'].map(
    (cursor): Row => [
      `the cursor ${cursor.slice(0, 20)}`,
      `${TALKS}?cursor=${cursor}`,
      get(),
      INVALID,
    ],
  ),
  ...['0', '101', '-1', '1e2', 'all'].map(
    (limit): Row => [`a page of ${limit}`, `${TALKS}?limit=${limit}`, get(), BAD_QUERY],
  ),
];

const SEARCHES: readonly Row[] = [
  ['a search for nothing', `${TALKS}/search`, get(), BAD_QUERY],
  ['a search for an empty text', `${TALKS}/search?q=`, get(), BAD_QUERY],
  ['a search for signs alone', `${TALKS}/search?q=***"%20--`, get(), INVALID],
  ['a search for 201 characters', `${TALKS}/search?q=${'x'.repeat(201)}`, get(), INVALID],
  ['a search for two things', `${TALKS}/search?q=a&q=b`, get(), BAD_QUERY],
  ['a search for everybody', `${TALKS}/search?q=a`, get(SUPER), INVALID],
];

const ADMINISTRATION: readonly Row[] = [
  ['an org with a blank', '/api/v1/admin/orgs', post({ id: 'a b' }, SUPER), INVALID],
  ['an org of 129 characters', '/api/v1/admin/orgs', post({ id: 'a'.repeat(129) }, SUPER), INVALID],
  ['an org that is there', '/api/v1/admin/orgs', post({ id: 'home' }, SUPER), { status: 409 }],
  ['an org by a user', '/api/v1/admin/orgs', post({ id: 'mine' }), { status: 403 }],
  ['a user with a slash', `${HOME}/users`, post({ id: 'a/b' }, SUPER), INVALID],
  [
    'a user of an unknown org',
    '/api/v1/admin/orgs/x/users',
    post({ id: 'a' }, SUPER),
    { status: 404 },
  ],
  [
    'a token of a kind of its own',
    `${HOME}/tokens`,
    post({ kind: 'super', name: 'x' }, SUPER),
    INVALID,
  ],
  ['a token of nobody', `${HOME}/tokens`, post({ kind: 'user', name: 'x' }, SUPER), INVALID],
  [
    'a token without a name',
    `${HOME}/tokens`,
    post({ kind: 'service', name: ' ' }, SUPER),
    INVALID,
  ],
  ['a token by a user', `${HOME}/tokens`, post({ kind: 'org_admin', name: 'x' }), { status: 403 }],
  ['revoking nothing', `${HOME}/tokens/x`, { method: 'DELETE', headers: SUPER }, { status: 404 }],
  ...(
    [
      { max_turns: 0 },
      { max_turns: 101 },
      { max_turns: 1.5 },
      { max_history_llm: '5' },
      { max_history_storage: null },
    ] as const
  ).map(
    (config): Row => [
      `settings ${JSON.stringify(config)}`,
      `${HOME}/config`,
      send('PUT', config, SUPER),
      INVALID,
    ],
  ),
  ['usage by colour', '/api/v1/usage?by=colour', get(), BAD_QUERY],
  ['usage from nowhen', '/api/v1/usage?from=yesterday', get(), BAD_QUERY],
  ['usage backwards', '/api/v1/usage?from=2026-02-02&to=2026-02-01', get(), BAD_QUERY],
];

testRefusals({ TITLES, BODIES, READS, SEARCHES, ADMINISTRATION });
