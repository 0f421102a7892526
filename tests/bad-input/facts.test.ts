import { INVALID, OWNER, post, type Row, SUPER, testRefusals } from '../support/refusals.ts';

const FACTS = '/api/v1/facts';
const NO_FACT = `${FACTS}/0190a000-0000-7000-8000-000000000000`;
const NOT_THERE = { status: 404, code: 'NOT_FOUND', reason: 'FACT_NOT_FOUND' } as const;
const BAD_QUERY = { ...INVALID, reason: 'INVALID_QUERY' };
const INVALID_FACTS = { ...INVALID, reason: 'INVALID_FACTS' };

const get = (headers = OWNER): RequestInit => ({ headers });

const TEXTS: readonly Row[] = (
  [
    ['an empty text', '', INVALID],
    ['a blank text', ' \n ', INVALID],
    ['a text of 2001 characters', 'x'.repeat(2_001), INVALID],
    ['a text that is a number', 7, INVALID],
    ['a text with U+0000', 'a\u0000b', { ...INVALID, reason: 'INVALID_TEXT' }],
    ['no text', undefined, INVALID],
  ] as const
).flatMap(([what, text, refusal]): Row[] => [
  [`storing ${what}`, FACTS, post({ text }), refusal],
  [`correcting to ${what}`, `${NO_FACT}/correct`, post({ text }), refusal],
]);

const BODIES: readonly Row[] = [
  ['an unknown category', FACTS, post({ text: 'x', category: 'tea' }), INVALID],
  [
    'an unknown field',
    FACTS,
    post({ text: 'x', colour: 'red' }),
    { ...INVALID, reason: 'UNKNOWN_FIELD' },
  ],
  ['a list', FACTS, post([]), { ...INVALID, reason: 'INVALID_BODY' }],
  ['a fact of nobody', FACTS, post({ text: 'x' }, SUPER), INVALID],
  ['correcting one that is not there', `${NO_FACT}/correct`, post({ text: 'x' }), NOT_THERE],
  ['restoring one that is not there', `${NO_FACT}/restore`, post({}), NOT_THERE],
  ['forgetting one that is not there', NO_FACT, { method: 'DELETE', headers: OWNER }, NOT_THERE],
  ['a PUT of one', NO_FACT, { ...post({ text: 'x' }), method: 'PUT' }, { status: 405 }],
];

const READS: readonly Row[] = [
  ['one that is not there', NO_FACT, get(), NOT_THERE],
  ['an id that is none', `${FACTS}/..%2f..%2fetc`, get(), NOT_THERE],
  ['a category of its own', `${FACTS}?category=tea`, get(), BAD_QUERY],
  ['a query of 1001 characters', `${FACTS}?q=${'x'.repeat(1_001)}`, get(), INVALID],
  ['two queries', `${FACTS}?q=a&q=b`, get(), BAD_QUERY],
  ['a query for everybody', `${FACTS}?q=a`, get(SUPER), INVALID],
  ['a page of 101', `${FACTS}?limit=101`, get(), BAD_QUERY],
  ['a cursor of somebody', `${FACTS}?cursor=x`, get(), INVALID],
  ['memories of a category of its own', '/memories?category=tea', get(), BAD_QUERY],
  ['no memories at all', '/memories?limit=0', get(), BAD_QUERY],
  ['an export of everybody', `${FACTS}/export`, get(SUPER), INVALID],
];

function upload(content: string | Uint8Array<ArrayBuffer>): RequestInit {
  const body = new FormData();
  body.set('file', new Blob([content]), 'facts.jsonl');
  return { method: 'POST', headers: OWNER, body };
}

const FILES: readonly Row[] = [
  ['JSON instead of a form', `${FACTS}/import`, post({ text: 'x' }), { status: 415 }],
  ['no JSON', `${FACTS}/import`, upload('tea\n'), INVALID_FACTS],
  ['a number', `${FACTS}/import`, upload('7\n'), INVALID_FACTS],
  ['no text', `${FACTS}/import`, upload('{"category":"work"}'), INVALID_FACTS],
  ['no UTF-8', `${FACTS}/import`, upload(new Uint8Array([0xff, 0xfe])), INVALID_FACTS],
  [
    'a time that is none',
    `${FACTS}/import`,
    upload('{"text":"x","created_at":"yesterday"}'),
    INVALID_FACTS,
  ],
  [
    'a line in a thousand lists',
    `${FACTS}/import`,
    upload(`{"text":"x","more":${'['.repeat(1_000)}${']'.repeat(1_000)}}`),
    INVALID_FACTS,
  ],
  ['20,001 lines', `${FACTS}/import`, upload('{"text":"x"}\n'.repeat(20_001)), { status: 413 }],
];

testRefusals({ TEXTS, BODIES, READS, FILES });
