import {
  CHAT,
  HELLO,
  INVALID,
  OWNER,
  post,
  type Row,
  STREAM,
  SUPER,
  testRefusals,
} from '../support/refusals.ts';

const CHATS: readonly Row[] = [
  [
    'a message of spaces',
    CHAT,
    post({ message: ' \n\t ' }),
    { ...INVALID, reason: 'INVALID_MESSAGE' },
  ],
  ['an empty message', CHAT, post({ message: '' }), { ...INVALID, reason: 'INVALID_MESSAGE' }],
  [
    'a message that is no text',
    CHAT,
    post({ message: { text: 'hello' } }),
    { ...INVALID, reason: 'INVALID_MESSAGE' },
  ],
  ['no message', CHAT, post({}), { ...INVALID, reason: 'INVALID_MESSAGE' }],
  [
    'a message of 32,001 characters',
    CHAT,
    post({ message: 'x'.repeat(32_001) }),
    { ...INVALID, reason: 'MESSAGE_TOO_LONG' },
  ],
  [
    'message_type video',
    CHAT,
    post({ ...HELLO, message_type: 'video' }),
    { ...INVALID, reason: 'INVALID_FIELD' },
  ],
  [
    'message_type audio',
    CHAT,
    post({ ...HELLO, message_type: 'audio' }),
    { status: 501, reason: 'AUDIO_NOT_SUPPORTED' },
  ],
  [
    'a voice without a message',
    STREAM,
    post({ message_type: 'audio', audio_base64: 'AAAA' }),
    { status: 501, reason: 'AUDIO_NOT_SUPPORTED' },
  ],
  [
    'on_busy later',
    CHAT,
    post({ ...HELLO, on_busy: 'later' }),
    { ...INVALID, reason: 'INVALID_FIELD' },
  ],
  [
    'an unknown org',
    CHAT,
    post({ ...HELLO, org: 'nowhere', user_id: 'gary' }, SUPER),
    { status: 404, reason: 'ORG_NOT_FOUND' },
  ],
  ['a super credential that names nobody', CHAT, post(HELLO, SUPER), INVALID],
  [
    'a user id with a blank',
    CHAT,
    post({ ...HELLO, user_id: 'gary smith' }, SUPER),
    { ...INVALID, reason: 'INVALID_FIELD' },
  ],
  [
    'a user id of 129 characters',
    CHAT,
    post({ ...HELLO, user_id: 'x'.repeat(129) }, SUPER),
    INVALID,
  ],
  [
    'an unknown conversation',
    CHAT,
    post({ ...HELLO, conversation_id: '0190a000-0000-7000-8000-000000000000' }),
    { status: 404, reason: 'CONVERSATION_NOT_FOUND' },
  ],
  [
    'a conversation id that does not look like one',
    CHAT,
    post({ ...HELLO, conversation_id: '../etc' }),
    { status: 404 },
  ],
  [
    'an Idempotency-Key of 256 characters',
    CHAT,
    post(HELLO, { 'Idempotency-Key': 'k'.repeat(256) }),
    { ...INVALID, reason: 'INVALID_IDEMPOTENCY_KEY' },
  ],
  [
    'a callback address on the stream',
    STREAM,
    post({ ...HELLO, progress_callback_url: 'https://example.org/' }),
    INVALID,
  ],
  ['a callback key on the stream', STREAM, post({ ...HELLO, message_key: 'm-1' }), INVALID],
  [
    'a callback throttle on the stream',
    STREAM,
    post({ ...HELLO, progress_throttle_seconds: 5 }),
    INVALID,
  ],
  ['a callback mode on the stream', STREAM, post({ ...HELLO, progress_mode: 'full' }), INVALID],
  [
    'a stream for who takes JSON alone',
    STREAM,
    post(HELLO, { Accept: 'application/json' }),
    { status: 406, code: 'VALIDATION_ERROR' },
  ],
];

const CALLED_BACK = {
  ...HELLO,
  progress_callback_url: 'https://example.org/callbacks',
  message_key: 'm-1',
};
const INCOMPLETE = { ...INVALID, reason: 'CALLBACK_INCOMPLETE' };
const BAD_FIELD = { ...INVALID, reason: 'INVALID_FIELD' };
const FORBIDDEN = { status: 403, code: 'AUTHORIZATION_ERROR' } as const;
const NO_URL = { ...FORBIDDEN, reason: 'URL_NOT_ALLOWED' };

/** Of both routes that call back. */
const callbacksOn = (path: string): readonly Row[] => [
  ['an address without a key', path, post({ ...CALLED_BACK, message_key: undefined }), INCOMPLETE],
  [
    'a key without an address',
    path,
    post({ ...CALLED_BACK, progress_callback_url: null }),
    INCOMPLETE,
  ],
  ['a mode alone', path, post({ ...HELLO, progress_mode: 'full' }), INCOMPLETE],
  ['a throttle alone', path, post({ ...HELLO, progress_throttle_seconds: 5 }), INCOMPLETE],
  ['an unknown mode', path, post({ ...CALLED_BACK, progress_mode: 'often' }), BAD_FIELD],
  ...[0, 0.5, -1, 3_601, '5', 1e308].map(
    (seconds): Row => [
      `a throttle of ${JSON.stringify(seconds)}`,
      path,
      post({ ...CALLED_BACK, progress_throttle_seconds: seconds }),
      BAD_FIELD,
    ],
  ),
  ['an empty key', path, post({ ...CALLED_BACK, message_key: '' }), BAD_FIELD],
  ['a key that is no text', path, post({ ...CALLED_BACK, message_key: 7 }), BAD_FIELD],
  [
    'a key of 256 characters',
    path,
    post({ ...CALLED_BACK, message_key: 'k'.repeat(256) }),
    BAD_FIELD,
  ],
  [
    'a key with U+0000',
    path,
    post({ ...CALLED_BACK, message_key: 'a\u0000b' }),
    { ...INVALID, reason: 'INVALID_TEXT' },
  ],
  [
    'an address that is no text',
    path,
    post({ ...CALLED_BACK, progress_callback_url: {} }),
    BAD_FIELD,
  ],
  [
    'an address of 2,049 characters',
    path,
    post({ ...CALLED_BACK, progress_callback_url: `https://example.org/${'x'.repeat(2_029)}` }),
    BAD_FIELD,
  ],
  ...[
    '',
    'callbacks',
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://[::1]/',
    'http://[::ffff:7f00:1]/',
    'http://169.254.169.254/latest',
    'http://192.168.1.20:8123/',
    'http://localhost:3000/',
    'http://user@example.com/',
    'file:///etc/passwd',
    'http:///127.0.0.1',
  ].map(
    (url): Row => [
      `the address ${url}`,
      path,
      post({ ...CALLED_BACK, progress_callback_url: url }),
      NO_URL,
    ],
  ),
];

const SECRET = '/api/v1/orgs/home/callback-secret';

const SECRETS: readonly Row[] = [
  ['a user who asks for it', SECRET, { headers: OWNER }, FORBIDDEN],
  ['a user who changes it', `${SECRET}/rotate`, post({}), FORBIDDEN],
  ['nobody', SECRET, {}, { status: 401 }],
  [
    'an unknown org',
    '/api/v1/orgs/nowhere/callback-secret',
    { headers: SUPER },
    { status: 404, reason: 'ORG_NOT_FOUND' },
  ],
  [
    'an org that looks like none',
    '/api/v1/orgs/no%20where/callback-secret/rotate',
    post({}, SUPER),
    INVALID,
  ],
  [
    "a secret of one's own",
    `${SECRET}/rotate`,
    post({ secret: 'x' }, SUPER),
    { ...INVALID, reason: 'UNKNOWN_FIELD' },
  ],
];

testRefusals({
  chat: CHATS,
  'callbacks of chat': callbacksOn(CHAT),
  'callbacks alone': [
    ...callbacksOn(`${CHAT}/callback`),
    ['no address', `${CHAT}/callback`, post(HELLO), INCOMPLETE],
  ],
  'callback secret': SECRETS,
});
