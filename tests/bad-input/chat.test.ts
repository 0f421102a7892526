import {
  CHAT,
  HELLO,
  INVALID,
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
    'a callback address on chat',
    CHAT,
    post({ ...HELLO, progress_callback_url: 'https://example.org/' }),
    { status: 501 },
  ],
  ['a callback key on chat', CHAT, post({ ...HELLO, message_key: 'm-1' }), { status: 501 }],
  [
    'a callback address on the stream',
    STREAM,
    post({ ...HELLO, progress_callback_url: 'https://example.org/' }),
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

testRefusals({ chat: CHATS });
