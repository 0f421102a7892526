import type { Tool, ToolAnswer } from '@bakerst/agent';
import { FactId, RunId } from '@bakerst/contracts';
import { randomId } from '@bakerst/kit';
import { expect, test } from 'vitest';
import { createMemoryTools } from './memory-tools.ts';
import { BOB, GARY, openMemory } from './sqlite-memory-testing.ts';

const source = { kind: 'user' } as const;

/** What the model of a run of Gary's can do. */
function openTools() {
  const opened = openMemory();
  const id = RunId.parse(randomId());
  const token = { incarnation: 1, revision: 1 };
  const tools = createMemoryTools(opened.deps, {
    run: { id, tenant: GARY },
    fence: { runId: id, lockKey: 'lock', token },
  });
  const call = async (name: string, input: object): Promise<ToolAnswer> => {
    const answer = await findTool(tools, name).run(input, {
      place: { turn: 1, index: 0 },
      signal: new AbortController().signal,
      recorded: Promise.resolve(),
    });
    if ('isUnknown' in answer) throw new Error('it is known');
    return answer;
  };
  const ask = async (name: string, input: object): Promise<Record<string, unknown>> => {
    const answer = await call(name, input);
    expect(answer.isError, answer.text).toBe(false);
    return JSON.parse(answer.text) as Record<string, unknown>;
  };
  return { ...opened, runId: id, call, ask };
}

function findTool(tools: readonly Tool[], name: string): Tool {
  const tool = tools.find(({ definition }) => definition.name === name);
  if (tool === undefined) throw new Error(`there is no ${name}`);
  return tool;
}

test('what the model remembers says so, and a call made again changes nothing', async () => {
  const { runId, ask } = openTools();
  const input = { text: 'The NAS is called Mycroft.', category: 'homelab' };
  const stored = await ask('memory_store', input);
  expect(stored).toMatchObject({ ...input, source: { kind: 'model', run_id: runId }, similar: [] });
  expect(await ask('memory_store', input)).toEqual(stored);
  const text = 'The NAS is called Moriarty.';
  const corrected = await ask('memory_correct', { id: stored['id'], text });
  expect(corrected).toMatchObject({ text, category: 'homelab' });
  expect(await ask('memory_correct', { id: stored['id'], text })).toEqual(corrected);
  expect(await ask('memory_search', { query: 'NAS' })).toEqual({ facts: [corrected] });
  expect(await ask('memory_store', input)).toMatchObject({ superseded_by: corrected['id'] });
  expect(await ask('memory_delete', { id: corrected['id'] })).toEqual({ deleted: true });
  expect(await ask('memory_delete', { id: corrected['id'] })).toEqual({ deleted: false });
  expect(await ask('memory_search', { query: 'NAS' })).toEqual({ facts: [] });
});

test('the model is told what it cannot do', async () => {
  const { call, ask, facts } = openTools();
  const { id } = await ask('memory_store', { text: 'red' });
  const green = await ask('memory_correct', { id, text: 'green' });
  const late = await call('memory_correct', { id, text: 'blue' });
  expect(late).toMatchObject({ isError: true });
  expect(late.text).toContain(String(green['id']));
  const told = { id: FactId.parse(randomId()), text: 'tea', category: 'general', source } as const;
  const his = await facts.add(BOB, told);
  for (const input of [
    { id: his.id, text: 'x' },
    { id: 'nothing', text: 'x' },
    { id, text: ' ' },
    { text: 'x' },
  ])
    expect(await call('memory_correct', input)).toMatchObject({ isError: true });
  expect(await ask('memory_delete', { id: his.id })).toEqual({ deleted: false });
  expect(await call('memory_store', { text: 'x', category: 'tea' })).toMatchObject({
    isError: true,
  });
  expect(await ask('memory_search', { query: 'tea' })).toEqual({ facts: [] });
  expect(await ask('memory_search', { query: 'the of and' })).toEqual({ facts: [] });
});
