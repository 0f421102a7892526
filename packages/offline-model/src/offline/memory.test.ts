import { describe, expect, test } from 'vitest';
import { buildTool, talk } from '../testing.ts';

const SEARCH = buildTool('memory_search', { query: { type: 'string' } });
const STORE = buildTool('memory_store', { content: { type: 'string' } });
const CORRECT = buildTool('memory_correct', { id: { type: 'string' }, text: { type: 'string' } });

describe('memory', () => {
  test('"remember that" stores the fact under the property that the tool names', async () => {
    const tools = [buildTool('memory_store', { text: {} })];
    const { text, calls } = await talk('remember that the NAS is called Mycroft', {
      tools,
      results: ['{"id":"f1"}'],
    });
    expect(calls).toEqual([{ name: 'memory_store', input: { text: 'the NAS is called Mycroft' } }]);
    expect(text).toBe('I will remember: the NAS is called Mycroft');
  });

  test('a refused fact is not said to be remembered', async () => {
    const { text } = await talk('remember that I am rich', {
      tools: [STORE],
      results: [new Error('too long')],
    });
    expect(text).toBe('I could not remember that: too long');
  });

  test('"what is my … called?" answers from the hit about it', async () => {
    const results = [
      '{"facts":[{"id":"f1","text":"the cat is called Tom"},{"id":"f2","text":"the NAS is called Mycroft"}]}',
    ];
    const { text, calls } = await talk('What is my NAS called?', { tools: [SEARCH], results });
    expect(calls).toEqual([{ name: 'memory_search', input: { query: 'NAS' } }]);
    expect(text).toBe('I remember: the NAS is called Mycroft');
  });

  test('"what is my … called?" passes over what else is known of it', async () => {
    const results = [
      '{"facts":[{"id":"f2","text":"the NAS has 8 bays"},{"id":"f1","text":"the NAS is called Mycroft"}]}',
    ];
    const { text } = await talk('What is my NAS called?', { tools: [SEARCH], results });
    expect(text).toBe('I remember: the NAS is called Mycroft');
  });

  test('"what do you know about …" lists the hits', async () => {
    const results = ['[{"id":"f1","content":"it has 4 disks"},{"id":"f2","content":"it is loud"}]'];
    const { text } = await talk('what do you know about the NAS?', { tools: [SEARCH], results });
    expect(text).toBe('I know this about the NAS:\n- it has 4 disks\n- it is loud');
  });

  test('nothing found is nothing known', async () => {
    const tools = [SEARCH];
    const about = await talk('what do you know about cats?', { tools, results: ['no facts'] });
    const named = await talk('what is my cat called?', { tools, results: ['[]'] });
    expect(about.text).toBe('I know nothing about cats.');
    expect(named.text).toBe('I do not know what your cat is called.');
  });

  test('"no, it is … now" corrects the best hit of what was talked about', async () => {
    const before = [
      { role: 'user', content: 'what is my NAS called?' },
      { role: 'assistant', content: 'I remember: the NAS is called Mycroft' },
    ];
    const results = ['[{"id":"f2","text":"the NAS is called Mycroft"}]', '{"id":"f3"}'];
    const { text, calls } = await talk('no, it is Moriarty now', {
      tools: [SEARCH, CORRECT],
      results,
      before,
    });
    expect(calls).toEqual([
      { name: 'memory_search', input: { query: 'NAS' } },
      { name: 'memory_correct', input: { id: 'f2', text: 'the NAS is called Moriarty' } },
    ]);
    expect(text).toBe('Corrected: NAS is now Moriarty.');
  });

  test('a correction of nothing is said to be none', async () => {
    const { text, calls } = await talk('no, it is Moriarty', {
      tools: [SEARCH, CORRECT],
      results: ['[]'],
    });
    expect(calls).toHaveLength(1);
    expect(text).toBe('I found nothing that this would correct.');
  });
});
