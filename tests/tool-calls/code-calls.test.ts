import { createClient } from '@bakerst/client';
import { SandboxEnvelope } from '@bakerst/contracts';
import { byTurn, textReply, toolReply } from '@bakerst/offline-model';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { discoverServers } from '../support/discover-servers.ts';
import { untilJobEnds } from '../support/job-ends.ts';
import { type McpShop, openMcpShop } from '../support/mcp-shop.ts';
import { SUPER_TOKEN, type System, startSystem } from '../support/system.ts';

let shop: McpShop;
let system: System;
let code = '';
beforeAll(async () => {
  shop = await openMcpShop();
  const env = { HTTP_ALLOW_HOSTS: shop.host, JOB_ACK_WAIT_MS: '1000' };
  system = await startSystem({
    brainEnv: env,
    workerEnv: env,
    script: (...given) =>
      byTurn([toolReply('execute_code', { code }), textReply('done')])(...given),
  });
  const root = createClient({ baseUrl: system.url, token: SUPER_TOKEN });
  await root.replaceMcpServers('home', [{ id: 'shop', url: shop.url }]);
  await discoverServers(root);
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
  await shop[Symbol.asyncDispose]();
});
let before = 0;
beforeEach(() => {
  before = shop.calls.length;
});

const callsSince = () => shop.calls.slice(before).map(({ tool }) => tool);

async function run(source: string) {
  const { id } = await system.owner.postJob({ type: 'code', code: source });
  const job = await untilJobEnds(system, id);
  return { job, envelope: SandboxEnvelope.parse(job.result) };
}

test('code calls a real server, through the worker that holds it', async () => {
  const { envelope } = await run(`
    const [tea, milk] = await Promise.all([tools.shop.stock({ item: 'tea' }), tools.shop.stock({ item: 'milk' })]);
    return [tea.item, milk.item, typeof tea.left]`);
  expect(envelope).toMatchObject({ ok: true, value: ['tea', 'milk', 'number'], tool_calls: 2 });
  expect(callsSince()).toEqual(['stock', 'stock']);
});

test('many answers are filtered where they arrive', async () => {
  const { envelope } = await run(
    'JSON.parse(await tools.shop.list()).filter(({ price }) => price > 497).map(({ item }) => item)',
  );
  expect(envelope).toMatchObject({ value: ['tea 498', 'tea 499'] });
});

test('a picture is told of, not handed over', async () => {
  const { envelope } = await run('await tools.shop.picture()');
  expect(envelope).toMatchObject({
    value: { text: '', media: [{ mime_type: 'image/png', size: 3 }] },
  });
});

test.each([
  ['a tool that fails', 'tools.shop.broken()', 'TOOL_ERROR'],
  ['an unknown tool', 'tools.shop.tee()', 'MCP_UNKNOWN_TOOL'],
  ['an unknown server', 'tools.shopping.stock()', 'MCP_UNKNOWN_SERVER'],
])('%s rejects with its code', async (_, call, code_) => {
  const { envelope } = await run(`try { await ${call} } catch (e) { return e.code }`);
  expect(envelope).toMatchObject({ ok: true, value: code_ });
});

test('a tool that is denied is not called, whatever the code says', async () => {
  const root = createClient({ baseUrl: system.url, token: SUPER_TOKEN });
  await root.changeMcpTool('home', { server: 'shop', tool: 'order' }, { policy: 'deny' });
  const { envelope } = await run(
    'try { await tools.shop.order({ item: "tea" }) } catch (e) { return e.code }',
  );
  await root.changeMcpTool('home', { server: 'shop', tool: 'order' }, { policy: 'auto' });
  expect(envelope).toMatchObject({ value: 'TOOL_DENIED' });
  expect(callsSince()).toEqual([]);
});

test('BT-47 the calls of one message are counted over all its executions', async () => {
  code = `let made = 0; try { for (; made < 5; made++) await tools.shop.costly() } catch (e) { return [made, e.code] }`;
  const answer = await system.owner.chat({ message: 'ask around' });
  expect(answer.responses.at(-1)).toBe('done');
  const [job] = system.query('SELECT result FROM job WHERE run_id IS NOT NULL ORDER BY seq DESC');
  const envelope = SandboxEnvelope.parse(JSON.parse(String(job?.['result'])));
  expect(envelope).toMatchObject({ value: [3, 'MCP_BUDGET_EXCEEDED'] });
});

test('a call that must not be repeated is made once, though its worker dies: a person is asked', async () => {
  const { id } = await system.owner.postJob({
    type: 'code',
    code: `const { left } = await tools.shop.stock({ item: 'tea' });
      return [left, await tools.shop.order({ item: 'tea', ms: 4000 })]`,
  });
  await shop.until('order', 1);
  const worker = system.workers.at(-1);
  await worker?.end('SIGKILL');
  await system.startWorker();
  const job = await untilJobEnds(system, id);
  expect(job).toMatchObject({ status: 'interrupted', error: { code: 'OUTCOME_UNKNOWN' } });
  expect(job.error?.message).toContain('shop.order({"item":"tea"');
  expect(callsSince()).toEqual(['stock', 'order']);
  await system.owner.resolveJob(id, { outcome: 'retry' });
  const again = await untilJobEnds(system, id);
  const envelope = SandboxEnvelope.parse(again.result);
  // What was known stays known: the stock is not looked up again.
  expect(envelope).toMatchObject({ ok: true, value: [expect.any(Number), 'order 2'] });
  expect(callsSince()).toEqual(['stock', 'order', 'order']);
});

test('code goes on where it was when its worker dies between two calls', async () => {
  const { id } = await system.owner.postJob({
    type: 'code',
    code: `const order = await tools.shop.order({ item: 'tea' });
      const { left } = await tools.shop.stock({ item: 'tea', ms: 3000 });
      return [order, typeof left, Math.random(), Date.now()]`,
  });
  await shop.until('stock', shop.calls.filter(({ tool }) => tool === 'stock').length + 1);
  await system.workers.at(-1)?.end('SIGKILL');
  await system.startWorker();
  const job = await untilJobEnds(system, id);
  expect(job.status).toBe('completed');
  expect(job.attempt).toBeGreaterThan(1);
  // A machine that has other work may take the second worker for lost, too: what may be repeated is.
  expect(callsSince().filter((tool) => tool === 'order')).toEqual(['order']);
  expect(callsSince().filter((tool) => tool === 'stock').length).toBeGreaterThan(1);
});

const LARGE = `
  const sizes = async () => (await Promise.all([1, 2, 3].map(() => tools.shop.large()))).map((text) => text.length);
  const all = [await sizes(), await sizes()].flat();`;

test('answers that are larger together than a message of the bus are all handed over', async () => {
  const { envelope } = await run(
    `${LARGE} return [...all, typeof (await tools.shop.stock({})).left]`,
  );
  expect(envelope).toMatchObject({ ok: true, value: [...Array(6).fill(700_000), 'number'] });
});

test('such answers are known to the next worker, too', async () => {
  const { id } = await system.owner.postJob({
    type: 'code',
    code: `${LARGE} await tools.shop.stock({ ms: 3000 }); return all`,
  });
  await shop.until('stock', shop.calls.filter(({ tool }) => tool === 'stock').length + 1);
  await system.workers.at(-1)?.end('SIGKILL');
  await system.startWorker();
  const job = await untilJobEnds(system, id, 30_000);
  expect(SandboxEnvelope.parse(job.result)).toMatchObject({ value: Array(6).fill(700_000) });
  expect(callsSince().filter((tool) => tool === 'large')).toHaveLength(6);
});

test('a call that must not be repeated, and that the clock of its code has cut off, is for a person to judge', async () => {
  const { id } = await system.owner.postJob({
    type: 'code',
    code: "return await tools.shop.order({ item: 'tea', ms: 5000 })",
    timeout_ms: 1_500,
  });
  const job = await untilJobEnds(system, id);
  expect(job).toMatchObject({ status: 'interrupted', error: { code: 'OUTCOME_UNKNOWN' } });
  expect(job.error?.message).toContain('shop.order');
  const ended = await system.owner.resolveJob(id, { outcome: 'happened', result: 'tea is here' });
  expect(ended).toMatchObject({ status: 'completed', result: 'tea is here' });
});

test('what the tools answered is dropped once the job has its result', () => {
  expect(system.query('SELECT 1 FROM tool_call WHERE result IS NOT NULL')).toEqual([]);
  expect(system.query('SELECT 1 FROM tool_call WHERE at IS NOT NULL').length).toBeGreaterThan(5);
});
