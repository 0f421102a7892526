import { McpLimits } from '@bakerst/contracts';
import { expect, test } from 'vitest';
import { createToolList } from './read-tools.ts';

const inputSchema = { type: 'object' };

test('pages are asked for until there are none, or there are enough tools', () => {
  const list = createToolList();
  expect(list.add({ tools: [{ name: 'knead', inputSchema }], nextCursor: '2' })).toBe('2');
  expect(list.add({ tools: [{ name: 'bake', inputSchema }] })).toBeUndefined();
  const many = Array.from({ length: 130 }, (_, i) => ({ name: `tool-${i}`, inputSchema }));
  expect(list.add({ tools: many, nextCursor: '3' })).toBeUndefined();
  expect(list.tools).toHaveLength(McpLimits.toolsPerServer);
  expect(list.warnings).toEqual(
    ['126', '127', '128', '129'].map((n) => `"tool-${n}" is beyond 128 tools`),
  );
});

test('what takes more than can be sent on is left out', () => {
  const list = createToolList();
  const large = { ...inputSchema, title: 'x'.repeat(60_000) };
  list.add({
    tools: Array.from({ length: 20 }, (_, i) => ({ name: `tool-${i}`, inputSchema: large })),
  });
  expect(list.tools).toHaveLength(17);
  expect(list.warnings[0]).toBe('"tool-17" is beyond 1048576 bytes of definitions');
});

test.each([undefined, [], { tools: 'none' }, { tools: [], nextCursor: 'x'.repeat(2_000) }])(
  '%j is no page',
  (page) => {
    expect(() => createToolList().add(page)).toThrow(
      expect.objectContaining({ code: 'MCP_PROTOCOL_ERROR' }),
    );
  },
);

test('warnings are few, however much there is to warn of', () => {
  const list = createToolList();
  list.add({ tools: Array.from({ length: 1_000 }, () => 'no tool') });
  expect(list.warnings).toHaveLength(50);
});
