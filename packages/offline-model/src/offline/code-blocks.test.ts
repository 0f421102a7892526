import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../api/narrow.ts';
import { buildTool, talk } from '../testing.ts';

const CODE = buildTool('execute_code', { code: { type: 'string' } });

function envelope(fields: JsonObject): string {
  return JSON.stringify({ logs: [], truncated: false, tool_calls: 0, duration_ms: 2, ...fields });
}

describe('code blocks', () => {
  const block = (code: string, language = 'js') => `\`\`\`${language}\n${code}\n\`\`\``;

  test.each(['js', 'javascript', 'ts', 'TypeScript'])(
    'a %s block is run as it stands',
    async (language) => {
      const results = [
        envelope({ ok: true, value: [1, 2], logs: [{ level: 'log', message: 'hi' }] }),
      ];
      const words = `Run this:\n${block("console.log('hi');\n[1, 2]", language)}\nthanks`;
      const { text, calls } = await talk(words, { tools: [CODE], results });
      expect(calls[0]?.['input']).toEqual({ code: "console.log('hi');\n[1, 2]" });
      expect(text).toBe('Result: [1,2]\nIt reportLogs:\nhi');
    },
  );

  test('several blocks are called in one reply and reported in order', async () => {
    const results = [
      envelope({ ok: true, value: 'first' }),
      envelope({ ok: false, code: 'TIMEOUT', message: 'ran longer than 30 s' }),
    ];
    const words = `${block('1')}\n${block('for(;;);')}`;
    const { text, calls } = await talk(words, { tools: [CODE], results });
    expect(calls).toHaveLength(2);
    expect(text).toBe(
      'Block 1. Result: first\n\nBlock 2. The code failed with TIMEOUT: ran longer than 30 s',
    );
  });

  test('the eleventh block is left out, and said to be', async () => {
    const words = Array.from({ length: 11 }, (_, index) => block(String(index))).join('\n');
    const { text, calls } = await talk(words, { tools: [CODE] });
    expect(calls).toHaveLength(10);
    expect(text).toContain('left out 1 more');
  });

  test.each([block('print(1)', 'python'), block('', 'js'), '```js'])(
    '%j is not run',
    async (words) => {
      expect((await talk(words, { tools: [CODE] })).calls).toEqual([]);
    },
  );

  test('an answer that is no envelope is passed on', async () => {
    const results = ['not finished, job 7f3'];
    expect((await talk(block('1'), { tools: [CODE], results })).text).toContain(
      'not finished, job 7f3',
    );
  });
});
