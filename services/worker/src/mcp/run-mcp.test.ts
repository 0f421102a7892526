import { JobDispatch, type McpAnswer, type McpCall } from '@bakerst/contracts';
import { expect, test } from 'vitest';
import { createMcpExecutor } from './run-mcp.ts';

const spec = {
  type: 'mcp',
  server: 'bakery',
  tool: 'bake',
  arguments: { loaves: 2 },
  revision: 7,
  timeoutMs: 5_000,
} as const;
const dispatch = JobDispatch.parse({
  jobId: '0190a000-0000-7000-8000-000000000000',
  attempt: 1,
  replay: 'never',
  org: 'home',
  user: 'gary',
  requestId: 'request-1',
  createdAt: 0,
  spec,
});

async function run(answer: McpAnswer) {
  const calls: McpCall[] = [];
  const executor = createMcpExecutor({
    call: async (call) => {
      calls.push(call);
      return answer;
    },
  });
  const outcome = await executor({
    dispatch,
    attempt: 1,
    spec,
    signal: new AbortController().signal,
  });
  return { outcome, calls };
}

const reply: McpAnswer = { status: 'ok', text: 'baked', media: [], isError: false };
const error = { code: 'MCP_TIMEOUT', message: 'no answer' };

test('the call says for whom it is, and for which job', async () => {
  const { calls } = await run(reply);
  const { type: _, ...asked } = spec;
  expect(calls).toEqual([
    { ...asked, org: 'home', user: 'gary', jobId: dispatch.jobId, requestId: 'request-1' },
  ]);
});

test.each<[McpAnswer, object]>([
  [reply, { status: 'completed', result: { text: 'baked', media: [], is_error: false } }],
  [
    { ...reply, structured: { loaves: 2 }, downstream: 3, media: [{ mimeType: 'a/b', data: '' }] },
    {
      status: 'completed',
      result: {
        text: 'baked',
        structured: { loaves: 2 },
        media: [{ mimeType: 'a/b', data: '' }],
        is_error: false,
        downstream: 3,
      },
    },
  ],
  [
    { ...reply, text: 'burnt', isError: true },
    {
      status: 'failed',
      error: { code: 'TOOL_ERROR', message: 'the tool says that it failed' },
      result: { text: 'burnt', media: [], is_error: true },
    },
  ],
  [
    { status: 'failed', error },
    { status: 'failed', error },
  ],
  [
    { status: 'unreached', error },
    { status: 'retry', error },
  ],
  [
    { status: 'unknown', error },
    { status: 'unknown', error },
  ],
])('%j', async (answer, outcome) => {
  expect((await run(answer)).outcome).toEqual(outcome);
});
