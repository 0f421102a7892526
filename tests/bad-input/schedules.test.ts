import {
  INVALID,
  JSON_TYPE,
  nested,
  OWNER,
  post,
  type Row,
  sendBytes,
  testRefusals,
} from '../support/refusals.ts';

const SCHEDULES = '/api/v1/schedules';
const NO_SCHEDULE = `${SCHEDULES}/0190a000-0000-7000-8000-000000000000`;
const RUN = { type: 'run', message: 'hello' } as const;
const GOOD = { name: 'tea', cron: '0 8 * * *', action: RUN };

function because(reason: string, status = 400): Row[3] {
  return { status, reason };
}

const SETTINGS: readonly (readonly [string, object, Row[3]?])[] = [
  ['an empty name', { name: ' ' }],
  ['a name of 201', { name: 'x'.repeat(201) }],
  ['a name with U+0000', { name: 'a\u0000b' }, because('INVALID_TEXT')],
  ['a number for a name', { name: 7 }],
  ['seconds in an expression', { cron: '* * * * * *' }, because('INVALID_CRON')],
  ['the 31st of February', { cron: '0 0 31 2 *' }, because('INVALID_CRON')],
  ['no expression', { cron: 'soon' }, because('INVALID_CRON')],
  ['an expression of 201', { cron: '*'.repeat(201) }],
  ['two timings', { every_ms: 60_000 }, because('INVALID_TIMING')],
  ['no timing', { cron: undefined }, because('INVALID_TIMING')],
  ['59 s', { cron: undefined, every_ms: 59_999 }, because('INTERVAL_TOO_SHORT')],
  ...[0, -1, 1.5, '60000', 1e15].map(
    (every_ms) => [`every ${every_ms} ms`, { cron: undefined, every_ms }] as const,
  ),
  ...['tomorrow', '2030-01-01', '2030-01-01T08:00:00', 0].map(
    (at) => [`at ${at}`, { cron: undefined, at }] as const,
  ),
  ['a time that was', { cron: undefined, at: '2020-01-01T00:00:00Z' }, because('TIME_IN_PAST')],
  ['Mars', { time_zone: 'Mars/Base' }, because('INVALID_CRON')],
  [
    'an interval on Mars',
    { cron: undefined, every_ms: 60_000, time_zone: 'Mars/Base' },
    because('INVALID_TIME_ZONE'),
  ],
  ['a zone of 65', { time_zone: 'x'.repeat(65) }],
  ['a policy of its own', { on_missed: 'maybe' }],
  ['an overlap of its own', { overlap: 'maybe' }],
  ['a grace of less than nothing', { grace_ms: -1 }],
  ['a grace of 31 days', { grace_ms: 31 * 86_400_000 }],
  ['a pause, perhaps', { paused: 'yes' }],
  ['no action', { action: undefined }],
  ['an unknown kind', { action: { type: 'fax' } }],
  ['nothing to say', { action: { type: 'run', message: '' } }],
  ['a field that is no field', { action: { ...RUN, colour: 'red' } }, because('UNKNOWN_FIELD')],
  [
    'a program that is not allowed',
    { action: { type: 'command', command: 'sh' } },
    { status: 403 },
  ],
  [
    'an address of this machine',
    { action: { type: 'http', url: 'http://127.0.0.1/' } },
    because('URL_NOT_ALLOWED', 403),
  ],
  [
    'a header of stars',
    { action: { type: 'http', url: 'https://example.org/', headers: { Key: '***' } } },
    because('HIDDEN_VALUE'),
  ],
];

const UNKNOWN = because('SCHEDULE_NOT_FOUND', 404);
const get = { headers: OWNER };

const SCHEDULE_ROWS: readonly Row[] = [
  ...SETTINGS.map(
    ([what, part, refusal = INVALID]): Row => [
      what,
      SCHEDULES,
      post({ ...GOOD, ...part }),
      refusal,
    ],
  ),
  ['a list', SCHEDULES, post([GOOD]), because('INVALID_BODY')],
  ['a user who is somebody else', SCHEDULES, post({ ...GOOD, user_id: 'gary' }), { status: 403 }],
  ['a key of 256', SCHEDULES, post(GOOD, { 'Idempotency-Key': 'k'.repeat(256) }), INVALID],
  ['an unknown one', NO_SCHEDULE, get, UNKNOWN],
  ['an id that is none', `${SCHEDULES}/x`, get, UNKNOWN],
  ['a change of an unknown one', NO_SCHEDULE, { ...post({}), method: 'PATCH' }, UNKNOWN],
  ['a run of an unknown one', `${NO_SCHEDULE}/run`, post({}), UNKNOWN],
  ['a removal of an unknown one', NO_SCHEDULE, { method: 'DELETE', ...get }, UNKNOWN],
  ['times of an unknown one', `${NO_SCHEDULE}/occurrences`, get, UNKNOWN],
  ['a limit of 0', `${SCHEDULES}?limit=0`, get, INVALID],
  ['a limit of 101', `${SCHEDULES}?limit=101`, get, INVALID],
  ['a cursor that is none', `${SCHEDULES}?cursor=x`, get, INVALID],
  [
    'an old body of an unknown kind',
    '/schedules',
    post({ name: 'x', schedule: '0 8 * * *', type: 'fax' }),
    INVALID,
  ],
  [
    'an old body without its job',
    '/schedules',
    post({ name: 'x', schedule: '0 8 * * *', type: 'agent' }),
    INVALID,
  ],
];

const TRIGGERS = '/api/v1/triggers';
const NO_TRIGGER = `${TRIGGERS}/nowhere`;
const NEW = { name: 'disk', action: RUN };

const FIELDS: readonly (readonly [string, object, Row[3]?])[] = [
  ...['', 'Disk', '-a', 'a/b', 'x'.repeat(65), 7].map(
    (name) => [`the name ${name}`, { name }] as const,
  ),
  ['an unknown sender', { preset: 'fax' }],
  ['a filter that is no list', { filter: {} }],
  ['11 conditions', { filter: Array(11).fill({ path: 'a', exists: true }) }],
  ['a condition without a path', { filter: [{ equals: 1 }] }],
  ['a condition that says nothing', { filter: [{ path: 'a' }] }, because('INVALID_FILTER')],
  ['a condition on a list', { filter: [{ path: 'a', equals: [] }] }],
  ['no deliveries', { per_minute: 0 }],
  ['601 deliveries', { per_minute: 601 }],
  ['a short secret', { secret: 'x'.repeat(15) }],
  ['a secret with a blank', { secret: 'x '.repeat(10) }],
  ...['{{#open}}', '{{> other}}', '{{=<% %>=}}', '{{a b}}'].map(
    (message) =>
      [
        `the template ${message}`,
        { action: { type: 'run', message } },
        because('INVALID_TEMPLATE'),
      ] as const,
  ),
];

const NONE = because('TRIGGER_NOT_FOUND', 404);
const DELIVER = `${NO_TRIGGER}/deliver`;

const TRIGGER_ROWS: readonly Row[] = [
  ...FIELDS.map(
    ([what, part, refusal = INVALID]): Row => [what, TRIGGERS, post({ ...NEW, ...part }), refusal],
  ),
  ['an unknown one', NO_TRIGGER, get, NONE],
  ['a name that is none', `${TRIGGERS}/${'x'.repeat(129)}`, get, INVALID],
  ['a new text of an unknown one', NO_TRIGGER, { ...post({ action: RUN }), method: 'PUT' }, NONE],
  ['a change of an unknown one', NO_TRIGGER, { ...post({}), method: 'PATCH' }, NONE],
  ['a secret of an unknown one', `${NO_TRIGGER}/secret`, post({}), NONE],
  ['a try without a payload', `${NO_TRIGGER}/test`, post({}), INVALID],
  ['a try of an unknown one', `${NO_TRIGGER}/test`, post({ payload: {} }), NONE],
  ['deliveries of an unknown one', `${NO_TRIGGER}/deliveries`, get, NONE],
  ['a replay of an unknown one', `${NO_TRIGGER}/deliveries/x/replay`, post({}), NONE],
  ['a removal of an unknown one', NO_TRIGGER, { method: 'DELETE', ...get }, NONE],
  ['an event for an unknown one', '/hooks/nowhere', post({ event: 'x' }), NONE],
  ['no event', '/hooks/nowhere', post({ data: 1 }), INVALID],
  ['a delivery by a token of the API', DELIVER, post({}), because('INVALID_SIGNATURE', 401)],
  ['a delivery of nothing', DELIVER, { method: 'POST', headers: JSON_TYPE }, INVALID],
  [
    'a delivery in words',
    DELIVER,
    { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: 'hello' },
    { status: 415 },
  ],
  [
    'a form that is delivered',
    DELIVER,
    { method: 'POST', body: new URLSearchParams({ payload: '{}' }) },
    { status: 415 },
  ],
  ['a delivery of 257 KB', DELIVER, post('x'.repeat(257 * 1_024)), { status: 413 }],
  ['a delivery for a place', `${DELIVER}?place=x`, post({}), INVALID],
  ['deep JSON', DELIVER, post(nested(500)), because('INVALID_SIGNATURE', 401)],
  [
    'bytes that are no text',
    DELIVER,
    sendBytes(Buffer.from([0xff, 0xfe]), {}),
    because('INVALID_SIGNATURE', 401),
  ],
];

testRefusals({ schedule: SCHEDULE_ROWS, trigger: TRIGGER_ROWS });
