import { McpServerWrite } from '@bakerst/contracts';
import { expect, test } from 'vitest';
import {
  INVALID,
  JSON_TYPE,
  OWNER,
  type Row,
  SUPER,
  testRefusals,
  useIdleSystem,
} from '../support/refusals.ts';

const SERVERS = '/api/v1/admin/orgs/home/mcp-servers';
const TOOL = `${SERVERS}/nowhere/tools/read`;
const URL_ = 'https://weather.example.org/mcp';
const NO_URL = { status: 403, code: 'AUTHORIZATION_ERROR', reason: 'URL_NOT_ALLOWED' } as const;
const NO_PROGRAM = { ...NO_URL, reason: 'COMMAND_NOT_ALLOWED' };
const UNKNOWN_SERVER = { status: 404, code: 'NOT_FOUND', reason: 'MCP_UNKNOWN_SERVER' } as const;

function send(method: string, body: unknown, headers = SUPER): RequestInit {
  return { method, headers: { ...headers, ...JSON_TYPE }, body: JSON.stringify(body) };
}

/** What BT-13 says of a server, in its words. */
const WORDS: readonly (readonly [string, object, string])[] = [
  ['no id', { url: URL_ }, 'Server id is required and must be a string'],
  ['an empty id', { id: '', url: URL_ }, 'Server id is required and must be a string'],
  ['a number for an id', { id: 7, url: URL_ }, 'Server id is required and must be a string'],
  ['an id of 65', { id: 'a'.repeat(65), url: URL_ }, 'Server id must be <= 64 characters'],
  [
    'an id with a dot',
    { id: 'a.b', url: URL_ },
    'Server id must contain only alphanumeric characters, hyphens, and underscores',
  ],
  ['no url', { id: 'a' }, 'Server url is required and must be a string'],
  ['a number for a url', { id: 'a', url: 1 }, 'Server url is required and must be a string'],
  ['a url that is none', { id: 'a', url: 'weather' }, 'Server url must be a valid URL'],
  ['a file', { id: 'a', url: 'file:///etc' }, 'Server url must use http or https protocol'],
  ['a number for a name', { id: 'a', url: URL_, name: 1 }, 'Server name must be a string'],
  [
    'a name of 129',
    { id: 'a', url: URL_, name: 'x'.repeat(129) },
    'Server name must be <= 128 characters',
  ],
  ...[-1, 101, '5', null].map(
    (priority) =>
      [
        `the priority ${priority}`,
        { id: 'a', url: URL_, priority },
        'Server priority must be a number between 0 and 100',
      ] as const,
  ),
  [
    'one tool',
    { id: 'a', url: URL_, allowedTools: 'read' },
    'allowedTools must be an array of strings',
  ],
  [
    'tools by number',
    { id: 'a', url: URL_, allowedTools: [1] },
    'allowedTools must contain only strings',
  ],
  [
    'a token that is a number',
    { id: 'a', url: URL_, authToken: 1 },
    'authToken must be a string or null',
  ],
  [
    'another transport',
    { id: 'a', url: URL_, transport: 'sse' },
    "transport must be 'json-rpc', 'streamable-http' or 'stdio'",
  ],
  [
    'a token with a line break',
    { id: 'a', url: URL_, authToken: 'a\r\nHost: b' },
    'authToken must be printable ASCII characters without blanks',
  ],
  [
    'stdio without a program',
    { id: 'a', transport: 'stdio' },
    'Server program is required and must be a string',
  ],
];

const WRITES: readonly Row[] = [
  ['a list for one', SERVERS, send('POST', []), { ...INVALID, reason: 'INVALID_BODY' }],
  ['one for a list', SERVERS, send('PUT', {}), { ...INVALID, reason: 'INVALID_BODY' }],
  [
    '51 servers',
    SERVERS,
    send(
      'PUT',
      Array.from({ length: 51 }, (_, i) => ({ id: `s${i}`, url: URL_ })),
    ),
    INVALID,
  ],
  [
    'the same twice',
    SERVERS,
    send('PUT', [
      { id: 'a', url: URL_ },
      { id: 'a', url: URL_ },
    ]),
    INVALID,
  ],
  ['an id with two underscores', SERVERS, send('POST', { id: 'a__b', url: URL_ }), INVALID],
  ...[
    'http://127.0.0.1:9/mcp',
    'http://localhost/mcp',
    'http://169.254.169.254/latest',
    'http://[::1]/',
    'http://mcp.home.arpa/',
    'https://user:pass@weather.example.org/mcp',
  ].map((url): Row => [`the URL ${url}`, SERVERS, send('POST', { id: 'a', url }), NO_URL]),
  ...[
    { program: 'sh' },
    { program: '/bin/sh', args: ['-c', 'id'] },
    { program: 'filesystem', args: ['/etc'] },
    { program: 'filesystem', args: ['/srv/files/../../etc'] },
    { program: 'filesystem', args: ['--eval=1'] },
    { program: 'filesystem', env: { NODE_OPTIONS: '--require=/tmp/x' } },
    { program: 'browser', args: ['--config=/etc/passwd'] },
  ].map(
    (entry): Row => [
      `the program ${JSON.stringify(entry)}`,
      SERVERS,
      send('POST', { id: 'a', transport: 'stdio', ...entry }),
      NO_PROGRAM,
    ],
  ),
];

const OTHERS: readonly Row[] = [
  [
    'a removal of one that is not there',
    `${SERVERS}/nowhere`,
    { method: 'DELETE', headers: SUPER },
    UNKNOWN_SERVER,
  ],
  [
    'tools of one that is not there',
    `${SERVERS}/nowhere/tools`,
    { headers: SUPER },
    UNKNOWN_SERVER,
  ],
  ['a tool of one that is not there', TOOL, send('PUT', { policy: 'deny' }), UNKNOWN_SERVER],
  [
    'a tool that is not there',
    `${SERVERS}/filesystem/tools/x`,
    send('PUT', { policy: 'deny' }),
    { status: 404, reason: 'MCP_UNKNOWN_TOOL' },
  ],
  [
    'a policy of its own',
    `${SERVERS}/filesystem/tools/x`,
    send('PUT', { policy: 'maybe' }),
    INVALID,
  ],
  [
    'an unknown field',
    `${SERVERS}/filesystem/tools/x`,
    send('PUT', { colour: 'red' }),
    { ...INVALID, reason: 'UNKNOWN_FIELD' },
  ],
  [
    'an acceptance without a hash',
    `${SERVERS}/filesystem/tools/x`,
    send('PUT', { accept: true }),
    INVALID,
  ],
  ['a discovery, perhaps', `${SERVERS}?discover=perhaps`, { headers: SUPER }, INVALID],
  ['a user who looks', SERVERS, { headers: OWNER }, { status: 403 }],
  ['a user who adds', SERVERS, send('POST', { id: 'a', url: URL_ }, OWNER), { status: 403 }],
  ['an unknown org', '/api/v1/admin/orgs/nowhere/mcp-servers', { headers: SUPER }, { status: 404 }],
  ...['unknown', 'filesystem'].map(
    (server): Row => [
      `a job for ${server}`,
      '/api/v1/jobs',
      send('POST', { type: 'mcp', server, tool: 'read' }, OWNER),
      server === 'unknown'
        ? { status: 404, reason: 'MCP_UNKNOWN_SERVER' }
        : { status: 403, reason: 'MCP_SERVER_OFF' },
    ],
  ),
];

testRefusals({ write: WRITES, other: OTHERS });

const system = useIdleSystem();

test.each(WORDS)('%s is refused in the words of the interface', async (_what, body, error) => {
  const answer = async (method: string, sent: unknown) => {
    const response = await fetch(`${system().url}${SERVERS}`, send(method, sent));
    return { status: response.status, ...((await response.json()) as object) };
  };
  expect(await answer('POST', body)).toMatchObject({ status: 400, error });
  const id = McpServerWrite.shape.id.safeParse('id' in body ? body.id : undefined).data;
  expect(await answer('PUT', [{ id: 'good', url: URL_ }, body])).toMatchObject({
    status: 400,
    error,
    ...(id !== undefined && { server_id: id }),
  });
});
