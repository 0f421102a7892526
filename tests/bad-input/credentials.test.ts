import { CHAT, HELLO, NO_RUN, OWNER, post, type Row, testRefusals } from '../support/refusals.ts';
import { OWNER_TOKEN, SUPER_TOKEN } from '../support/system.ts';

const CREDENTIALS: readonly Row[] = [
  [
    'no credential',
    CHAT,
    post(HELLO, { Authorization: '' }),
    { status: 401, code: 'AUTHENTICATION_ERROR' },
  ],
  [
    'a wrong token',
    CHAT,
    post(HELLO, { Authorization: 'Bearer wrong' }),
    { status: 401, code: 'AUTHENTICATION_ERROR' },
  ],
  [
    'a wrong token as long as the right one',
    CHAT,
    post(HELLO, { Authorization: `Bearer ${'x'.repeat(SUPER_TOKEN.length)}` }),
    { status: 401 },
  ],
  [
    'Basic',
    CHAT,
    post(HELLO, { Authorization: `Basic ${btoa(`owner:${OWNER_TOKEN}`)}` }),
    { status: 401 },
  ],
  ['an empty Bearer', CHAT, post(HELLO, { Authorization: 'Bearer ' }), { status: 401 }],
  [
    'a token of 8 KB',
    CHAT,
    post(HELLO, { Authorization: `Bearer ${'x'.repeat(8_192)}` }),
    { status: 401 },
  ],
  ['a token in the query', `${NO_RUN}?token=${OWNER_TOKEN}`, {}, { status: 401 }],
  [
    'no credential before a bad body',
    CHAT,
    { method: 'POST', body: 'x'.repeat(1_000_000) },
    { status: 401 },
  ],
  [
    'another user than the token stands for',
    CHAT,
    post({ ...HELLO, user_id: 'gary' }),
    { status: 403, code: 'AUTHORIZATION_ERROR' },
  ],
  [
    'another org than the token stands for',
    CHAT,
    post({ ...HELLO, org: 'elsewhere' }),
    { status: 403, code: 'AUTHORIZATION_ERROR' },
  ],
  [
    "somebody else's history",
    '/api/v1/orgs/home/users/gary/history',
    { headers: OWNER },
    { status: 403 },
  ],
];

testRefusals({ credential: CREDENTIALS });
