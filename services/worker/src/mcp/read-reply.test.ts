import { createSecrets } from '@bakerst/kit/secrets';
import { expect, test } from 'vitest';
import { readReply } from './read-reply.ts';

const asIs = (text: string): string => text;

test('all texts are joined by a blank line, and everything else is media', () => {
  const content = [
    { type: 'text', text: 'first' },
    { type: 'image', data: 'aW1n', mimeType: 'image/png' },
    { type: 'audio', data: 'c25k', mimeType: 'audio/wav' },
    { type: 'resource', resource: { uri: 'file:///a.txt', text: 'second' } },
    {
      type: 'resource',
      resource: { uri: 'file:///a.pdf', mimeType: 'application/pdf', blob: 'cGRm' },
    },
    { type: 'resource_link', uri: 'file:///b', name: 'b' },
    { type: 'of the future' },
  ];
  expect(readReply({ content }, asIs)).toEqual({
    status: 'ok',
    text: 'first\n\nsecond\n\nb: file:///b',
    media: [
      { mimeType: 'image/png', data: 'aW1n' },
      { mimeType: 'audio/wav', data: 'c25k' },
      { mimeType: 'application/pdf', name: 'file:///a.pdf', data: 'cGRm' },
    ],
    isError: false,
  });
});

test('structured content, the mark of an error and the count of calls behind are kept', () => {
  const result = {
    content: [{ type: 'text', text: 'no flour' }],
    structuredContent: { flour: 0 },
    isError: true,
    _meta: { downstream_api_calls: 3 },
  };
  expect(readReply(result, asIs)).toEqual({
    status: 'ok',
    text: 'no flour',
    structured: { flour: 0 },
    media: [],
    isError: true,
    downstream: 3,
  });
});

test.each([-1, 1.5, '3', null])('%j is no count of calls', (count) => {
  const result = { content: [], _meta: { downstream_api_calls: count } };
  expect(readReply(result, asIs)).not.toHaveProperty('downstream');
});

test('content that is neither text nor media is told as JSON', () => {
  expect(readReply({ content: [{ type: 'smell', of: 'bread' }] }, asIs).text).toBe(
    '[{"type":"smell","of":"bread"}]',
  );
  expect(readReply({}, asIs).text).toBe('[]');
});

test('what the server was given in confidence is hidden in texts and in structures', () => {
  const { redact } = createSecrets(['token-"of"-gary']);
  const content = [{ type: 'text', text: 'it is token-"of"-gary' }];
  const structuredContent = { token: 'token-"of"-gary' };
  expect(readReply({ content, structuredContent }, redact)).toMatchObject({
    text: 'it is [redacted]',
    structured: { token: '[redacted]' },
  });
});

test('no store gets what it cannot keep', () => {
  const content = [{ type: 'text', text: 'a\u0000b\ud800' }];
  expect(readReply({ content }, asIs).text).toBe('a\uFFFDb\uFFFD');
});

function nested(levels: number): object {
  return levels === 0 ? {} : { a: nested(levels - 1) };
}

test.each([
  ['nothing', undefined],
  ['a text', 'done'],
  ['content that is no list', { content: 'done' }],
  ['a structure that is none', { structuredContent: [] }],
  ['a depth that nobody needs', { content: [], structuredContent: nested(500) }],
])('%s is no answer of the protocol', (_what, result) => {
  expect(() => readReply(result, asIs)).toThrow(
    expect.objectContaining({ code: 'MCP_PROTOCOL_ERROR', status: 'failed' }),
  );
});

test('an answer that would be too large to send on is refused', () => {
  const content = [{ type: 'smell', of: '"'.repeat(900_000) }];
  expect(() => readReply({ content }, asIs)).toThrow(
    expect.objectContaining({ code: 'MCP_RESPONSE_TOO_LARGE' }),
  );
});
