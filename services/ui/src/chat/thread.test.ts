import type { MessageView, RunStatus, RunView } from '@bakerst/contracts';
import { expect, test } from 'vitest';
import { buildThread, keepEntries } from './thread.ts';
import { joinPages, type ThreadPage } from './thread-page.ts';

const AT = '2026-11-01T10:00:00.000Z';

function message(seq: number, role: 'user' | 'assistant', run: string): MessageView {
  return {
    seq,
    role,
    content: `${role} ${seq}`,
    run_id: run as never,
    created_at: AT,
    attachments: [],
  };
}

function run(id: string, more: Partial<RunView> = {}): RunView {
  return {
    id: id as never,
    status: 'completed',
    conversation_id: 'c' as never,
    message: `message of ${id}`,
    answer: null,
    model: null,
    turns: 1,
    usage: {} as never,
    cost_usd: null,
    error: null,
    notice: null,
    position: null,
    merged_into: null,
    created_at: AT,
    finished_at: null,
    ...more,
  };
}

test('what was said stands in its order, each question with its answer', () => {
  const thread = buildThread(
    [
      message(4, 'assistant', 'b'),
      message(3, 'user', 'b'),
      message(2, 'assistant', 'a'),
      message(1, 'user', 'a'),
    ],
    [run('b'), run('a')],
  );
  expect(thread.map(({ runId, question, answer }) => [runId, question?.text, answer])).toEqual([
    ['a', 'user 1', 'assistant 2'],
    ['b', 'user 3', 'assistant 4'],
  ]);
});

test('what waits comes last, in the order of its turns, and what was told to another run is not shown twice', () => {
  const thread = buildThread(
    [message(1, 'user', 'a')],
    [
      run('d', { status: 'completed', merged_into: 'a' as never }),
      run('c', { status: 'queued', position: 2 }),
      run('b', { status: 'queued', position: 1 }),
      run('a', { status: 'running' }),
    ],
  );
  expect(thread.map(({ runId, question }) => [runId, question?.text])).toEqual([
    ['a', 'user 1'],
    ['b', 'message of b'],
    ['c', 'message of c'],
  ]);
});

test('messages whose runs belong to another conversation are shown by themselves', () => {
  const thread = buildThread([message(2, 'assistant', 'x'), message(1, 'user', 'x')], []);
  expect(thread).toMatchObject([{ runId: 'x', answer: 'assistant 2', run: undefined }]);
});

test('what was taken back before its turn is not shown; what was stopped later is', () => {
  const thread = buildThread(
    [message(4, 'user', 'c'), message(3, 'assistant', 'b'), message(2, 'user', 'b')],
    [run('c', { status: 'halted', turns: 0 }), run('b', { status: 'halted', turns: 0 })],
  );
  expect(thread.map(({ runId }) => runId)).toEqual(['b']);
});

test('an entry in which nothing has changed stays the same one', () => {
  const first = buildThread([message(1, 'user', 'a')], [run('a')]);
  const more = [message(3, 'user', 'b'), message(2, 'assistant', 'a'), message(1, 'user', 'a')];
  const second = keepEntries(first, buildThread(more, [run('b'), run('a')]));
  const third = keepEntries(second, buildThread(more, [run('b', { turns: 2 }), run('a')]));
  expect(second[0]).not.toBe(first[0]);
  expect(second[0]).toMatchObject({ answer: 'assistant 2' });
  expect(third[0]).toBe(second[0]);
  expect(third[1]).toMatchObject({ run: { turns: 2 } });
});

/** The messages from one place down to another, each with its run. */
function page(
  from: number,
  to: number,
  more: { status?: RunStatus; next?: string } = {},
): ThreadPage {
  const { status = 'completed', next = 'older' } = more;
  const places = Array.from({ length: from - to + 1 }, (_, i) => from - i);
  return {
    messages: { data: places.map((seq) => message(seq, 'user', `run-${seq}`)), next_cursor: next },
    runs: { data: places.map((seq) => run(`run-${seq}`, { status })), next_cursor: next },
  };
}
const seqs = ({ messages }: ThreadPage) => messages.data.map(({ seq }) => seq);

test('what has moved out of the newest stretch stays before the next one', () => {
  const joined = joinPages(page(6, 3, { next: 'at-3' }), page(8, 5));
  expect(seqs(joined)).toEqual([8, 7, 6, 5, 4, 3]);
  expect(joined.runs.data.map(({ id }) => id)).toEqual([8, 7, 6, 5, 4, 3].map((n) => `run-${n}`));
  expect([joined.messages.next_cursor, joined.runs.next_cursor]).toEqual(['at-3', 'at-3']);
});

test('stretches that do not meet, or that may have changed, are not joined', () => {
  const fresh = page(20, 17);
  expect(joinPages(page(6, 3), fresh)).toBe(fresh);
  expect(joinPages(undefined, fresh)).toBe(fresh);
  expect(joinPages(page(18, 15, { status: 'uncertain' }), fresh)).toBe(fresh);
});
