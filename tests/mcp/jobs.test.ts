import { createNatsJobPublisher, serveResults, serveStarts } from '@bakerst/bus';
import { JobDispatch, type JobResult } from '@bakerst/contracts';
import { silentLogger, systemClock } from '@bakerst/kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Lab, openLab, publishedServer } from './open-lab.ts';

let lab: Lab;
const results: JobResult[] = [];
let jobs = 0;

beforeAll(async () => {
  lab = await openLab();
  const deps = { link: lab.link, clock: systemClock, log: silentLogger };
  serveStarts(deps, async () => ({ answer: 'go' }));
  serveResults(deps, {
    record: async (result) => {
      results.push(result);
      return true;
    },
    progress: () => undefined,
    recorded: () => undefined,
  });
  lab.set('everything', publishedServer('everything', { args: ['stdio'] }));
  lab.setZoo('endless');
});
afterAll(() => lab[Symbol.asyncDispose]());

async function outcomeOf(spec: { server: string; tool: string; arguments?: object }) {
  const jobId = `0190a000-0000-7000-8000-${String(++jobs).padStart(12, '0')}`;
  const dispatch = JobDispatch.parse({
    jobId,
    attempt: 1,
    replay: 'safe',
    org: 'home',
    user: 'gary',
    requestId: 'request-1',
    createdAt: Date.now(),
    spec: { type: 'mcp', arguments: {}, revision: 0, timeoutMs: 5_000, ...spec },
  });
  await createNatsJobPublisher(lab.link).publish(dispatch);
  const find = () => results.find((result) => result.jobId === jobId)?.outcome;
  await expect.poll(find).toBeDefined();
  return find();
}

test('a job is one call of one tool, and what the tool says is its result', async () => {
  const spec = { server: 'everything', tool: 'echo', arguments: { message: 'bread' } };
  expect(await outcomeOf(spec)).toEqual({
    status: 'completed',
    result: { text: 'Echo: bread', media: [], is_error: false },
  });
});

test('a tool that failed fails the job, and what it said is kept', async () => {
  const spec = { server: 'everything', tool: 'get-sum', arguments: { a: 'one' } };
  expect(await outcomeOf(spec)).toMatchObject({
    status: 'failed',
    error: { code: 'TOOL_ERROR' },
    result: { is_error: true, text: expect.stringContaining('a') },
  });
});

test('a job of a server that is off is failed, one that is not answered has an unknown outcome', async () => {
  const [off, endless] = await Promise.all([
    outcomeOf({ server: 'off', tool: 'go' }),
    outcomeOf({ server: 'endless', tool: 'go' }),
  ]);
  expect(off).toMatchObject({ status: 'failed', error: { code: 'MCP_SERVER_OFF' } });
  expect(endless).toMatchObject({ status: 'unknown', error: { code: 'MCP_TIMEOUT' } });
});

test('a job whose server cannot be started may be tried again', async () => {
  lab.set('missing', { transport: 'stdio', command: 'no-such-baker', args: [], env: {} });
  expect(await outcomeOf({ server: 'missing', tool: 'go' })).toMatchObject({
    status: 'retry',
    error: { code: 'MCP_UNREACHABLE' },
  });
});
