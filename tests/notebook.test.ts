import { createClient } from '@bakerst/client';
import { type ScriptReply, textReply, toolReply } from '@bakerst/offline-model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SUPER_TOKEN, type System, startSystem } from './support/system.ts';

let system: System;
/** What the model does with the next message. */
let call: { readonly name: string; readonly input: Record<string, never> } | undefined;

beforeAll(async () => {
  system = await startSystem({
    workers: 0,
    script: ({ messages }): ScriptReply => {
      const isAnswered = messages.at(-1)?.blocks.some(({ type }) => type === 'tool_result');
      return call === undefined || isAnswered ? textReply('ok') : toolReply(call.name, call.input);
    },
  });
});
afterAll(() => system[Symbol.asyncDispose]());

/** Lets the model call a tool and gives what it answered. */
async function use(name: string, input: object): Promise<unknown> {
  call = { name, input: input as Record<string, never> };
  const { run_id: id } = await system.owner.chat({ message: 'do it' });
  call = undefined;
  const steps = (await system.owner.listSteps(id, { limit: 100 })).data;
  const answered = steps.find(({ type }) => type === 'tool_answered');
  return JSON.parse(String(answered?.payload['text']));
}

test('the model writes, reads and deletes sections, and finds them in its prompt', async () => {
  const written = await use('update_memory', {
    sections: { Plan: 'Bake.', Tea: '## Green\nleaf' },
  });
  expect(written).toEqual({
    updated: ['Plan', 'Tea'],
    deleted: [],
    evicted: [],
    totalSizeBytes: 39,
    capacityPercent: 0,
  });
  const sizes = { total_size_bytes: 39, capacityPercent: 0 };
  expect(await use('read_memory', {})).toEqual({
    content: '## Plan\n\nBake.\n\n## Tea\n\n### Green\nleaf\n',
    ...sizes,
  });
  expect(await use('read_memory', { sections: ['Tea', 'Gone'] })).toEqual({
    sections: { Tea: '### Green\nleaf' },
    ...sizes,
  });
  expect(await use('read_memory', { sections: [] })).toHaveProperty('error');
  const asked = system.model.requests.at(-1)?.rawBody ?? '';
  expect(asked).toContain('- **Plan** (0.0 KB)\\n- **Tea** (0.0 KB)\\nTotal: 0.0 / 128.0 KB');
  expect(await use('update_memory', { sections: '{"Tea":null}}' })).toMatchObject({
    updated: [],
    deleted: ['Tea'],
  });
  const full = await use('update_memory', { sections: { Big: 'x'.repeat(131_072) } });
  expect(full).toEqual({ error: expect.stringMatching(/may have 131072/) });
});

test('two people who edit a section do not overwrite each other', async () => {
  const { owner } = system;
  const made = await owner.writeSection('Häuser/Gärten?', {
    content: 'one',
    expected_updated_at: null,
  });
  const seen = made.updated_at;
  const mine = await owner.writeSection(made.name, { content: 'two', expected_updated_at: seen });
  await expect(
    owner.writeSection(made.name, { content: 'three', expected_updated_at: seen }),
  ).rejects.toMatchObject({ status: 409, body: { reason: 'NOTEBOOK_CHANGED' } });
  expect(await owner.writeSection(made.name, { pinned: true })).toEqual({ ...mine, pinned: true });
  const { sections, bytes } = await owner.getNotebook();
  expect(sections[0]).toMatchObject({ name: 'Häuser/Gärten?', content: 'two', pinned: true });
  expect(bytes).toBe(sections.reduce((sum, section) => sum + section.bytes, sections.length - 1));
  await owner.deleteSection(made.name, { expected_updated_at: mine.updated_at });
  await expect(owner.deleteSection(made.name)).rejects.toMatchObject({ status: 404 });
});

test('an administrator reads and clears the notebook of a user', async () => {
  const root = createClient({ baseUrl: system.url, token: SUPER_TOKEN });
  await system.owner.writeSection('Tea', { content: 'green', pinned: true });
  const memory = await root.getUserMemory('home', 'owner');
  expect(memory.content).toMatch(/^## Tea\n\ngreen\n/);
  expect(memory.toc).toMatch(/^- \*\*Tea\*\* \(0\.0 KB\) \[pinned\]\n/);
  expect(memory.entries['Tea']).toMatchObject({ pinned: true });
  expect(await root.clearUserMemory('home', 'owner')).toEqual({ message: 'User memory cleared' });
  expect((await system.owner.getNotebook()).sections).toEqual([]);
});
