import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestSandbox, type TestSandbox } from './isolate-testing.ts';
import { createTestTools } from './tools-testing.ts';

const TIMEOUT_MS = 10_000;

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await openTestSandbox();
});
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
});

function echo() {
  return createTestTools(({ server, tool, json }) => ({ server, tool, args: JSON.parse(json) }));
}

const FAILING = createTestTools(({ tool, json }) => {
  if (tool === 'fails') throw new Error('no tea');
  return { args: JSON.parse(json) };
});

async function run(source: string, tools = echo()) {
  return { envelope: await sandbox.run(source, { tools, timeoutMs: TIMEOUT_MS }), tools };
}

test('code calls a tool by the names of its server and itself, and gets its answer', async () => {
  const { envelope } = await run('await tools.github.search({ text: "tea", limit: 2 })');
  expect(envelope).toMatchObject({
    ok: true,
    value: { server: 'github', tool: 'search', args: { text: 'tea', limit: 2 } },
    tool_calls: 1,
  });
});

test('a name that is no identifier is written in brackets', async () => {
  const { envelope } = await run('(await tools["my-server"]["get-tea"]()).tool');
  expect(envelope).toMatchObject({ value: 'get-tea' });
});

test('calls that are made together arrive together, and those behind them later', async () => {
  const { envelope, tools } = await run(`
    const [a, b] = await Promise.all([tools.s.a(), tools.s.b()]);
    return [a.tool, b.tool, (await tools.s.c({ from: a.tool })).args.from]`);
  expect(envelope).toMatchObject({ value: ['a', 'b', 'a'], tool_calls: 3 });
  expect(tools.batches.map((calls) => calls.map(({ tool }) => tool))).toEqual([['a', 'b'], ['c']]);
});

test('a call that fails rejects with its code, and code may go on', async () => {
  const tools = createTestTools(() => {
    throw new Error('no tea');
  });
  const { envelope } = await run(
    'try { await tools.s.t() } catch (e) { return [e.name, e.code, e.message, e instanceof Error] }',
    tools,
  );
  expect(envelope).toMatchObject({ value: ['ToolError', 'TOOL_ERROR', 'no tea', true] });
});

test('a call that fails and is not caught ends the execution with its message', async () => {
  const tools = createTestTools(() => {
    throw new Error('no tea');
  });
  const { envelope } = await run('await tools.s.t()', tools);
  expect(envelope).toMatchObject({ code: 'ERROR', message: 'ToolError: no tea', tool_calls: 1 });
});

test.each([
  ['text', '"tea"'],
  ['a list', '[1]'],
  ['null', 'null'],
  ['a cycle', '(() => { const a = {}; a.a = a; return a })()'],
  ['a BigInt', '{ n: 1n }'],
  ['what turns itself into text', '{ toJSON: () => "tea" }'],
  ['more than 128 KiB', '{ text: "x".repeat(131_072) }'],
])('arguments that are %s make no call', async (_, args) => {
  const { envelope, tools } = await run(`try { await tools.s.t(${args}) } catch (e) { e.name }`);
  expect(envelope).toMatchObject({ ok: true, tool_calls: 0 });
  expect(tools.batches).toEqual([]);
});

test('BT-46 of eleven calls one after the other ten are made', async () => {
  const { envelope, tools } = await run('for (let n = 0; n < 11; n++) await tools.s.t({ n })');
  expect(envelope).toMatchObject({ code: 'MCP_CALL_LIMIT_EXCEEDED', tool_calls: 10 });
  expect(tools.batches.flat()).toHaveLength(10);
});

test.each([11, 10_000])('BT-46 H31 of %i calls at once none is made', async (n) => {
  const { envelope, tools } = await run(
    `await Promise.all(Array.from({ length: ${n} }, (_, n) => tools.s.t({ n })))`,
  );
  expect(envelope).toMatchObject({ code: 'MCP_CALL_LIMIT_EXCEEDED', tool_calls: 0 });
  expect(tools.batches).toEqual([]);
});

test('BT-46 a batch that would cross the limit is not begun', async () => {
  const { envelope, tools } = await run(`
    for (let n = 0; n < 8; n++) await tools.s.t();
    await Promise.all([tools.s.t(), tools.s.t(), tools.s.t()])`);
  expect(envelope).toMatchObject({ code: 'MCP_CALL_LIMIT_EXCEEDED', tool_calls: 8 });
  expect(tools.batches.flat()).toHaveLength(8);
});

test('H33 calls that nobody awaits before the end are not made, and the log says so', async () => {
  const { envelope, tools } = await run('tools.s.t(); tools.s.t(); return 1');
  expect(envelope).toMatchObject({ ok: true, value: 1, tool_calls: 0 });
  expect(envelope.logs).toMatchObject([{ level: 'warn', message: /^2 tool calls/ }]);
  expect(tools.batches).toEqual([]);
});

test('H33 code that goes on after its end calls nothing', async () => {
  const { envelope, tools } = await run(`
    const later = async () => { for (let n = 0; n < 50; n++) { try { await null; await tools.s.t() } catch {} } };
    later(); await null; return 1`);
  expect(envelope).toMatchObject({ ok: true, value: 1, tool_calls: 0 });
  expect(tools.batches).toEqual([]);
});

test('D-BT-04 code that waits for nothing is told so at once', async () => {
  const { envelope } = await run('await new Promise(() => {})');
  expect(envelope).toMatchObject({ code: 'TIMEOUT', message: expect.stringMatching(/nothing/) });
  expect(envelope.duration_ms).toBeLessThan(5_000);
});

test('tools and servers are no promises, and cannot be replaced by halves', async () => {
  const { envelope } = await run(
    'const t = await tools; const s = await t.s; s.then; try { s.x = 1 } catch {} typeof s.x',
  );
  expect(envelope).toMatchObject({ value: 'function' });
});

test('H22 code that poisons what calls are made of harms itself at most', async () => {
  const { envelope } = await run(
    `
    const steal = () => { throw new Error('poison') };
    const { getOwnPropertyNames, defineProperty } = Object;
    for (const owner of [Object, Reflect, JSON, Array, Promise, Proxy])
      for (const name of getOwnPropertyNames(owner))
        try { defineProperty(owner, name, { value: steal }) } catch {}
    Object.prototype.get = Object.prototype.toJSON = undefined;
    Array.prototype.push = steal;
    const answer = await tools.s.t({ n: 1 });
    try { await tools.s.fails() } catch (e) { return [answer.args.n, e.code] }`,
    FAILING,
  );
  expect(envelope).toMatchObject({ ok: true, value: [1, 'TOOL_ERROR'] });
});
