import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@bakerst/client';
import { textReply, toolReply } from '@bakerst/offline-model';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeOperatingSystem } from './support/operating-system.ts';
import { SUPER_TOKEN, type System, startSystem } from './support/system.ts';

interface Asked {
  readonly model: string;
  readonly max_tokens: number;
  readonly system: readonly { readonly text: string; readonly cache_control?: object }[];
  readonly tools: readonly { readonly name: string }[];
}

const dir = makeOperatingSystem();
let system: System;
beforeAll(async () => {
  writeFileSync(
    join(dir, 'personas/clerk.md'),
    '---\nname: clerk\nmodel: claude-haiku-5-5\ntools: [memory_search]\n---\nYou file things.',
  );
  system = await startSystem({
    workers: 0,
    script: ({ messages }) => {
      const said = JSON.stringify(messages.at(-1));
      return said.includes('store it')
        ? toolReply('memory_store', { text: 'kept' })
        : textReply('ok');
    },
    brainEnv: { OPERATING_SYSTEM_DIR: dir, AGENT_NAME: 'Mrs. Hudson' },
  });
});
afterAll(async () => {
  await system[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true, force: true });
});

const root = () => createClient({ baseUrl: system.url, token: SUPER_TOKEN });

function lastAsked(): Asked {
  return JSON.parse(system.model.requests.at(-1)?.rawBody ?? '{}') as Asked;
}

async function chat(message: string, more: object = {}): Promise<string> {
  return (await system.owner.chat({ message, ...more })).responses.join(' ');
}

test('what an org and a user write goes before the files, slot by slot', async () => {
  const org = await root().setOrgPrompts('home', { closing: 'ORG CLOSING', identity: 'ORG SELF' });
  expect(org).toMatchObject({
    org: 'home',
    overrides: { closing: 'ORG CLOSING', identity: 'ORG SELF' },
    resolved: { closing: 'ORG CLOSING', identity: 'ORG SELF' },
  });
  expect(org.resolved.methodology).toContain('# How you work here');
  const written = { closing: 'I am {{AGENT_NAME}}\u0007, bye', identity: '  ' };
  expect(await system.owner.setUserPrompts('home', 'owner', written)).toEqual({
    closing: 'I am {{AGENT_NAME}}, bye',
    identity: '  ',
  });
  expect(await system.owner.getUserPrompts('home', 'owner')).toHaveProperty('closing');
  await chat('hello');
  const [stable, changing] = lastAsked().system;
  expect(stable?.text).toMatch(/^ORG SELF\n\n# How you work here/);
  expect(stable?.cache_control).toEqual({ type: 'ephemeral' });
  expect(changing?.cache_control).toBe(undefined);
  expect(changing?.text).toMatch(/I am Mrs\. Hudson, bye$/);
  expect(changing?.text).not.toContain('ORG CLOSING');
  expect(await root().setUserPrompts('home', 'owner', { identity: null })).toEqual({
    closing: 'I am {{AGENT_NAME}}, bye',
  });
  expect(await root().resetUserPrompts('home', 'owner')).toEqual({});
  expect((await root().resetOrgPrompts('home')).overrides).toEqual({});
});

test('the preview is what the model gets, and says where each part comes from', async () => {
  await root().setOrgPrompts('home', { instructions: 'ORG' });
  const { conversation_id: id } = await system.owner.chat({ message: 'hello' });
  await system.owner.deleteConversation(id);
  const preview = await system.owner.previewPrompt();
  await chat('good morning');
  const sent = lastAsked();
  expect(preview.text).toBe(sent.system.map(({ text }) => text).join('\n\n'));
  expect(preview.tools).toEqual(sent.tools.map(({ name }) => name));
  expect(preview.model).toBe(sent.model);
  const origins = preview.parts.map(({ name, origin }) => `${name} ${origin}`);
  expect(origins).toContain('identity default');
  expect(origins).toContain('instructions org');
  expect(origins).toContain('welcome system');
  await root().resetOrgPrompts('home');
});

test('a file that is changed counts from the next message on; a broken one is reported and the last good one kept', async () => {
  writeFileSync(join(dir, 'SOUL.md'), 'A NEW SOUL');
  const read = async () => (await system.owner.previewPrompt()).text.split('\n')[0];
  await expect.poll(read).toBe('A NEW SOUL');
  writeFileSync(join(dir, 'SOUL.md'), '<!-- slot: colour -->\nred');
  const health = async () => (await system.owner.systemHealth()).prompts;
  await expect.poll(health).toMatchObject({ status: 'degraded' });
  expect((await health()).detail).toContain('SOUL.md cannot be used');
  expect(await read()).toBe('A NEW SOUL');
});

test('a persona answers with its own model, text and tools, and no others', async () => {
  const { data } = await system.owner.listPersonas();
  expect(data.map(({ name }) => name)).toEqual(['clerk', 'operator', 'researcher', 'tutor']);
  await chat('store it', { persona: 'clerk' });
  const sent = lastAsked();
  expect(sent).toMatchObject({ model: 'claude-haiku-5-5', tools: [{ name: 'memory_search' }] });
  expect(sent.system[0]?.text).toContain('You file things.');
  expect(sent.system[0]?.text).not.toContain('# MCP tools');
  // It was called all the same, and not run.
  expect(system.query('SELECT 1 FROM fact')).toEqual([]);
  expect(JSON.stringify(sent)).toContain('there is no tool');
  const preview = await system.owner.previewPrompt({ persona: 'clerk' });
  expect(preview).toMatchObject({ persona: 'clerk', model: 'claude-haiku-5-5' });
});

test('a conversation keeps whom it was given, a message may choose otherwise', async () => {
  const { owner } = system;
  const { id } = await owner.createConversation();
  expect(await owner.changeConversation(id, { persona: 'clerk' })).toMatchObject({
    persona: 'clerk',
    model: null,
  });
  await chat('hello', { conversation_id: id });
  expect(lastAsked().model).toBe('claude-haiku-5-5');
  await owner.changeConversation(id, { model: 'claude-opus-5-5' });
  await chat('hello', { conversation_id: id });
  expect(lastAsked()).toMatchObject({ model: 'claude-opus-5-5', max_tokens: 16_384 });
  await chat('hello', { conversation_id: id, model: 'claude-sonnet-5-5' });
  expect(lastAsked().model).toBe('claude-sonnet-5-5');
  await owner.changeConversation(id, { persona: null, model: null });
  await chat('hello', { conversation_id: id });
  expect(lastAsked().tools.length).toBeGreaterThan(1);
});

test('the models that can be chosen are listed, the usual one is marked', async () => {
  const { data, offline } = await system.owner.listModels();
  expect(offline).toBe(false);
  expect(data.filter(({ is_default }) => is_default).map(({ id }) => id)).toEqual([
    'claude-sonnet-5-5',
  ]);
  expect(data.map(({ id }) => id)).toEqual(expect.arrayContaining(['claude-opus-5-5']));
  expect(data.map(({ id }) => id)).not.toContain('bakerst-offline');
});
