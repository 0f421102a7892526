import { expect, test } from 'vitest';
import { sizeOf, toContent, toContents, toDocument, toPercent } from './document.ts';
import type { Section } from './ports.ts';

function section(name: string, content: string, isPinned = false): Section {
  return { name, content, isPinned, createdAt: 1, updatedAt: 1 };
}

test('the table of contents names sections with their sizes, and the room there is', () => {
  const sections = [section('Plan', 'x'.repeat(1_217), true), section('Tea', 'grün')];
  expect(toContents(sections)).toBe(
    '- **Plan** (1.2 KB) [pinned]\n- **Tea** (0.0 KB)\nTotal: 1.2 / 128.0 KB',
  );
  expect(toContents([])).toBe('Total: 0.0 / 128.0 KB');
});

test('the document divides into the sections that it was made of', () => {
  const content = toContent('\n## Milk\r\ntwo\u0007\n\n## Eggs\n### six ##\n');
  expect(content).toBe('### Milk\ntwo\n\n### Eggs\n### six ##');
  const document = toDocument([section('List', content), section('Tea', 'grün')]);
  expect(document.split(/^## /m)).toEqual(['', `List\n\n${content}\n\n`, 'Tea\n\ngrün\n']);
  expect(sizeOf([section('Tea', 'grün')])).toBe(Buffer.byteLength('## Tea\n\ngrün\n'));
});

test('half of the room is 50 percent', () => {
  expect([0, 65_536, 131_072].map(toPercent)).toEqual([0, 50, 100]);
});
