import { CHAT, INVALID, OWNER, post, type Row, SUPER, testRefusals } from '../support/refusals.ts';

const ORG = '/api/v1/admin/orgs/home/prompt-overrides';
const USER = '/api/v1/admin/orgs/home/users/owner/prompt-overrides';
const TALK = '/api/v1/conversations/0190a000-0000-7000-8000-000000000000';

function put(body: unknown, headers = SUPER): RequestInit {
  return { ...post(body, headers), method: 'PUT' };
}

const OVERRIDES: readonly Row[] = [ORG, USER].flatMap((path): Row[] => [
  [
    `${path}: an unknown slot`,
    path,
    put({ colour: 'red' }),
    { ...INVALID, reason: 'UNKNOWN_SLOT' },
  ],
  [
    `${path}: 4,001 characters`,
    path,
    put({ closing: 'x'.repeat(4_001) }),
    { ...INVALID, reason: 'PROMPT_TOO_LONG' },
  ],
  [`${path}: a number`, path, put({ closing: 7 }), INVALID],
  [`${path}: a list`, path, put([]), { ...INVALID, reason: 'INVALID_BODY' }],
  [
    `${path}: a lone surrogate`,
    path,
    put('{"closing":"\\ud800"}'),
    { ...INVALID, reason: 'INVALID_TEXT' },
  ],
]);

const ACCESS: readonly Row[] = [
  ['an org by a user', ORG, put({ closing: 'x' }, OWNER), { status: 403 }],
  [
    'another user by a user',
    USER.replace('owner', 'eve'),
    put({ closing: 'x' }, OWNER),
    { status: 403 },
  ],
  ['an unknown org', ORG.replace('home', 'x'), put({ closing: 'x' }), { status: 404 }],
  ['a user with a slash', USER.replace('owner', 'a%2Fb'), put({}), INVALID],
];

const CHOICES: readonly Row[] = [
  [
    'an unknown persona',
    CHAT,
    post({ message: 'hi', persona: 'nobody' }),
    { ...INVALID, reason: 'UNKNOWN_PERSONA' },
  ],
  [
    'an unknown model',
    CHAT,
    post({ message: 'hi', model: 'gpt' }),
    { ...INVALID, reason: 'UNKNOWN_MODEL' },
  ],
  [
    'a model for a conversation that the offline model is not',
    TALK,
    { ...post({ model: 'claude-opus-5-5' }), method: 'PATCH' },
    { ...INVALID, reason: 'UNKNOWN_MODEL' },
  ],
  ['a persona that is a number', CHAT, post({ message: 'hi', persona: 7 }), INVALID],
  ['a preview as nobody', '/api/v1/prompt-preview', { headers: SUPER }, INVALID],
  [
    'a preview of an unknown persona',
    '/api/v1/prompt-preview?persona=nobody',
    { headers: OWNER },
    { ...INVALID, reason: 'UNKNOWN_PERSONA' },
  ],
  [
    'a preview of something else',
    '/api/v1/prompt-preview?colour=red',
    { headers: OWNER },
    { ...INVALID, reason: 'UNKNOWN_FIELD' },
  ],
];

testRefusals({ OVERRIDES, ACCESS, CHOICES });
