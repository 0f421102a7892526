import { gzipSync } from 'node:zlib';
import {
  CHAT,
  HELLO,
  INVALID,
  JOBS,
  JSON_TYPE,
  NO_RUN,
  nested,
  OWNER,
  post,
  type Row,
  sendBytes,
  testRefusals,
} from '../support/refusals.ts';

const FRAMING: readonly Row[] = [
  ['an unknown path', '/nothing/here', { headers: OWNER }, { status: 404, code: 'NOT_FOUND' }],
  ['a page of the old web', '/index.php', {}, { status: 404, code: 'NOT_FOUND' }],
  [
    'a GET where only POST is',
    CHAT,
    { headers: OWNER },
    { status: 405, code: 'METHOD_NOT_ALLOWED' },
  ],
  ['a DELETE of a run', NO_RUN, { method: 'DELETE', headers: OWNER }, { status: 405 }],
  ['a PUT of health', '/health', { method: 'PUT' }, { status: 405 }],
];

const BODIES: readonly Row[] = [
  [
    'an empty body',
    CHAT,
    { method: 'POST', headers: { ...OWNER, ...JSON_TYPE } },
    { ...INVALID, reason: 'INVALID_BODY' },
  ],
  ['an empty text', CHAT, post(''), { ...INVALID, reason: 'INVALID_BODY' }],
  ['cut JSON', CHAT, post('{"message":"he'), { ...INVALID, reason: 'INVALID_JSON' }],
  ['null', CHAT, post('null'), { ...INVALID, reason: 'INVALID_JSON' }],
  ['a number', CHAT, post('1'), { ...INVALID, reason: 'INVALID_JSON' }],
  ['a text', CHAT, post('"x"'), { ...INVALID, reason: 'INVALID_JSON' }],
  ['a list', CHAT, post('[]'), { ...INVALID, reason: 'INVALID_BODY' }],
  ['an empty object', CHAT, post({}), INVALID],
  [
    'bytes that are no UTF-8',
    CHAT,
    sendBytes(
      Buffer.from([...Buffer.from('{"message":"a'), 0xff, 0xfe, ...Buffer.from('b"}')]),
      {},
    ),
    { ...INVALID, reason: 'INVALID_TEXT' },
  ],
  [
    'text/plain',
    CHAT,
    post(HELLO, { 'Content-Type': 'text/plain' }),
    { status: 415, code: 'UNSUPPORTED_MEDIA_TYPE' },
  ],
  [
    'another charset',
    CHAT,
    post(HELLO, { 'Content-Type': 'application/json; charset=iso-8859-15' }),
    { status: 415 },
  ],
  ['an unknown encoding', CHAT, post(HELLO, { 'Content-Encoding': 'zstandard' }), { status: 415 }],
  [
    'bytes that are no gzip',
    CHAT,
    sendBytes(Buffer.from('{"message":"hi"}'), { 'Content-Encoding': 'gzip' }),
    INVALID,
  ],
  [
    'a gzip bomb',
    CHAT,
    sendBytes(gzipSync(Buffer.alloc(10 * 1024 * 1024, 32)), { 'Content-Encoding': 'gzip' }),
    { status: 413, code: 'PAYLOAD_TOO_LARGE' },
  ],
  [
    'a body over the limit',
    CHAT,
    post({ message: 'x'.repeat(300 * 1024) }),
    { status: 413, code: 'PAYLOAD_TOO_LARGE' },
  ],
  [
    'a body nested one level too deep',
    CHAT,
    post(`{"message":${nested(100)}}`),
    { ...INVALID, reason: 'JSON_TOO_DEEP' },
  ],
  [
    'a body nested as deep as may be, for another reason',
    CHAT,
    post(`{"message":${nested(99)}}`),
    { ...INVALID, reason: 'INVALID_MESSAGE' },
  ],
  [
    'a body of brackets alone',
    CHAT,
    post(nested(100_000)),
    { ...INVALID, reason: 'JSON_TOO_DEEP' },
  ],
  ['U+0000', CHAT, post({ message: 'a\u0000b' }), { ...INVALID, reason: 'INVALID_TEXT' }],
  ['a lone surrogate', CHAT, post('{"message":"\\ud800"}'), { ...INVALID, reason: 'INVALID_TEXT' }],
  [
    'an unknown field on a route of our own',
    JOBS,
    post({ type: 'code', code: '1', colour: 'red' }),
    { ...INVALID, reason: 'UNKNOWN_FIELD' },
  ],
  ['a job of an unknown type', JOBS, post({ type: 'foo', code: '1' }), INVALID],
  ['a job without code', JOBS, post({ type: 'code' }), INVALID],
  ['code that is no text', JOBS, post({ type: 'code', code: 7 }), INVALID],
  [
    'code of 64 KiB and a byte',
    JOBS,
    post({ type: 'code', code: '1'.repeat(64 * 1024 + 1) }),
    { ...INVALID, reason: 'SOURCE_TOO_LARGE' },
  ],
  [
    'a job that may run for an hour',
    JOBS,
    post({ type: 'code', code: '1', timeout_ms: 3_600_000 }),
    INVALID,
  ],
];

testRefusals({ framing: FRAMING, body: BODIES });
