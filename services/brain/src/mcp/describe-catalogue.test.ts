import { OrgId } from '@bakerst/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { describeCatalogue, MOST_LISTED_TOOLS, toSummary } from './describe-catalogue.ts';
import type { ToolCatalogue } from './ports.ts';

test.each([
  ['', 'No description available'],
  ['  \n ', 'No description available'],
  ['Finds places. And more.', 'Finds places.'],
  ['Finds places\nby name', 'Finds places by name'],
  ['See example.org for more! Now', 'See example.org for more!'],
  ['x'.repeat(80), 'x'.repeat(80)],
  ['x'.repeat(81), `${'x'.repeat(77)}...`],
  [`${'word '.repeat(20)}end`, `${'word '.repeat(15).trim()}...`],
])('of %j the prompt says %j', (description, summary) => {
  expect(toSummary(description)).toBe(summary);
});

test('whatever a server says, its tool is one row of well-formed text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (description) => {
      const summary = toSummary(description);
      expect(summary.length).toBeLessThanOrEqual(80);
      const tools = [{ server: 'files', name: 'read', description }];
      const catalogue: ToolCatalogue = {
        listServers: () => [{ id: 'files', name: 'Files', toolCount: 1 }],
        listTools: () => tools,
        findSchema: () => undefined,
      };
      const text = describeCatalogue(catalogue, OrgId.parse('home'));
      const rows = text.split('\n').filter((line) => line.startsWith('|'));
      expect(rows).toHaveLength(3);
      // The bars that separate the cells, and no other.
      expect(rows.at(-1)?.replaceAll(/\\./g, '').match(/\|/g)).toHaveLength(3);
    }),
  );
});

test('one tool more than are listed makes a table of servers', () => {
  const describe = (toolCount: number): string =>
    describeCatalogue(
      {
        listServers: () => [{ id: 'big', name: 'Big', toolCount }],
        listTools: () =>
          Array.from({ length: toolCount }, (_, i) => ({
            server: 'big',
            name: `tool-${i}`,
            description: '',
          })),
        findSchema: () => undefined,
      },
      OrgId.parse('home'),
    );
  expect(describe(MOST_LISTED_TOOLS)).toContain('`tool-39`');
  expect(describe(MOST_LISTED_TOOLS + 1)).toContain('| `big` | Big | 41 |');
});
