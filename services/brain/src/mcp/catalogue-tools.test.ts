import { TOOL_ANSWER_CHARS } from '@bakerst/agent';
import { OrgId } from '@bakerst/contracts';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { createCatalogueTools } from './catalogue-tools.ts';
import type { ToolCatalogue } from './ports.ts';

const Answer = z
  .object({ left_out: z.array(z.object({ tool: z.string(), reason: z.string() })).default([]) })
  .catchall(z.unknown());

/** Asks for tools whose definitions have about these lengths. */
async function ask(lengths: Readonly<Record<string, number>>) {
  const catalogue: ToolCatalogue = {
    listServers: () => [],
    listTools: () => [],
    findSchema(_org, { server, tool }) {
      const chars = lengths[`${server}.${tool}`];
      if (chars === undefined) return undefined;
      const schema = JSON.stringify({ description: 'x'.repeat(chars - 18) });
      return { server, name: tool, description: '', schema };
    },
  };
  const [tool] = createCatalogueTools(catalogue, OrgId.parse('home'));
  const input = { tool_names: [...Object.keys(lengths), 'shop.nothing'] };
  const answer = await tool?.run(input, {
    place: { turn: 1, index: 0 },
    signal: new AbortController().signal,
    recorded: Promise.resolve(),
  });
  if (answer === undefined || !('text' in answer)) throw new Error('it always answers');
  const { text } = answer;
  expect(text.length).toBeLessThanOrEqual(TOOL_ANSWER_CHARS);
  const { left_out, ...found } = Answer.parse(JSON.parse(text));
  return { found: Object.keys(found), leftOut: left_out };
}

test('a definition for which there is no room is named, and does not keep out those behind it', async () => {
  const asked = { 'shop.list': 20_000, 'shop.order': 20_000, 'shop.stock': 1_000 };
  expect(await ask(asked)).toEqual({
    found: ['shop.list', 'shop.stock'],
    leftOut: [{ tool: 'shop.order', reason: expect.stringContaining('ask for fewer') }],
  });
});

test('one that is too long for any answer is said to be', async () => {
  expect(await ask({ 'shop.huge': TOOL_ANSWER_CHARS })).toEqual({
    found: [],
    leftOut: [{ tool: 'shop.huge', reason: expect.stringContaining('cannot be shown') }],
  });
});

test('an answer that leaves much out is no longer than others', async () => {
  const names = Array.from({ length: 49 }, (_, at) => `${'s'.repeat(60)}.${'t'.repeat(120)}${at}`);
  const { found, leftOut } = await ask(Object.fromEntries(names.map((name) => [name, 5_000])));
  expect([found.length, leftOut.length]).toEqual([4, 45]);
});
