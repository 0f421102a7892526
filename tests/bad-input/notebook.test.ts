import { INVALID, OWNER, post, type Row, SUPER, testRefusals } from '../support/refusals.ts';

const TEA = '/api/v1/notebook/sections/Tea';
const MEMORY = '/api/v1/admin/orgs/home/users/eve/memory';

function put(body: unknown, headers = OWNER): RequestInit {
  return { ...post(body, headers), method: 'PUT' };
}

const remove = { method: 'DELETE', headers: OWNER };

const NAMES: readonly Row[] = [
  ['201 characters', 'x'.repeat(201)],
  ['a line break', 'a%0Ab'],
  ['U+0000', 'a%00b'],
  ['blanks', '%20%20'],
  ['__proto__', '__proto__'],
].map(
  ([what = '', name]): Row => [
    `a name of ${what}`,
    `/api/v1/notebook/sections/${name}`,
    put({ content: 'x' }),
    { ...INVALID, reason: 'INVALID_SECTION_NAME' },
  ],
);

const WRITES: readonly Row[] = [
  ['nothing to change', TEA, put({}), INVALID],
  ['a number', TEA, put({ content: 7 }), INVALID],
  ['U+0000', TEA, put({ content: 'a\u0000' }), { ...INVALID, reason: 'INVALID_TEXT' }],
  ['131,073 characters', TEA, put({ content: 'x'.repeat(131_073) }), INVALID],
  [
    'more bytes than there is room for',
    TEA,
    put({ content: 'ü'.repeat(70_000) }),
    { status: 413, code: 'PAYLOAD_TOO_LARGE', reason: 'NOTEBOOK_FULL' },
  ],
  ['a time that is none', TEA, put({ content: 'x', expected_updated_at: 'yesterday' }), INVALID],
  [
    'a section that was seen and is not there',
    TEA,
    put({ content: 'x', expected_updated_at: '2026-11-27T00:00:00.000Z' }),
    { status: 409, reason: 'NOTEBOOK_CHANGED' },
  ],
  ['pinning what is not there', TEA, put({ pinned: true }), { status: 404 }],
  [
    'an unknown field',
    TEA,
    put({ content: 'x', colour: 1 }),
    { ...INVALID, reason: 'UNKNOWN_FIELD' },
  ],
  ['a section of nobody', TEA, put({ content: 'x' }, SUPER), INVALID],
  ['deleting what is not there', TEA, remove, { status: 404, reason: 'SECTION_NOT_FOUND' }],
  ['deleting with half a time', `${TEA}?expected_updated_at=x`, remove, INVALID],
  ['a POST', TEA, post({ content: 'x' }), { status: 405 }],
];

const MEMORIES: readonly Row[] = [
  ["another one's by a user", MEMORY, { headers: OWNER }, { status: 403 }],
  ["clearing another one's by a user", MEMORY, remove, { status: 403 }],
  ['one of an unknown org', MEMORY.replace('home', 'x'), { headers: SUPER }, { status: 404 }],
  ['the notebook of nobody', '/api/v1/notebook', { headers: SUPER }, INVALID],
];

testRefusals({ NAMES, WRITES, MEMORIES });
