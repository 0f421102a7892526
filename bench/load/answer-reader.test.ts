import { expect, test } from 'vitest';
import { type Answer, createAnswerReader } from './answer-reader.ts';

const SENT_AT_MS = 1_000;
const STREAM =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n' +
  chunk('data: {"type":"status","message":"Processing"}\n\n') +
  chunk('id: 1.2\ndata: {"type":"progress","text":"1004.500 "}\n\n') +
  chunk('id: 1.3\ndata: {"type":"progress","text":"1005.000 "}\n\n') +
  chunk('data: {"type":"complete","response":{}}\n\n') +
  '0\r\n\r\n';

function chunk(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`;
}

/** Hands the pieces over a millisecond after another, from 5 ms after the request on; undefined while it has not ended. */
function read(pieces: readonly string[]): Answer | undefined {
  const reader = createAnswerReader(SENT_AT_MS);
  for (const [i, piece] of pieces.entries()) {
    const atMs = SENT_AT_MS + 5 + i;
    if (reader.take(piece, atMs)) return reader.toAnswer(atMs);
  }
  return undefined;
}

test('a stream in one packet', () => {
  expect(read([STREAM])).toEqual({
    status: 200,
    isComplete: true,
    refusal: '',
    deltas: 2,
    firstMs: 5,
    totalMs: 5,
    lagsMs: [0.5, 0],
  });
});

test('a stream is read alike wherever it is cut', () => {
  for (let cut = 1; cut < STREAM.length; cut += 1) {
    const answer = read([STREAM.slice(0, cut), STREAM.slice(cut)]);
    expect(answer).toMatchObject({ status: 200, isComplete: true, deltas: 2, totalMs: 6 });
  }
});

test('a stream that comes byte by byte ends with its last byte', () => {
  expect(read([...STREAM].slice(0, -1))).toBeUndefined();
  expect(read([...STREAM])).toMatchObject({ isComplete: true, deltas: 2 });
});

test('an answer with a length ends there, and what it says is kept', () => {
  const body = '{"error":"Request in progress"}';
  const head = `HTTP/1.1 429 Too Many Requests\r\nContent-Length: ${body.length}\r\n\r\n`;
  expect(read([head, body.slice(0, -1)])).toBeUndefined();
  expect(read([head + body])).toMatchObject({
    status: 429,
    isComplete: false,
    refusal: body,
    deltas: 0,
    firstMs: undefined,
  });
});

test('a stream without its last event is not complete', () => {
  const cut = STREAM.replace(/data: \{"type":"complete"/, 'data: {"type":"apology!"');
  expect(read([cut])).toMatchObject({ status: 200, isComplete: false, deltas: 2 });
});
