import { expect, test } from 'vitest';
import { buildTool, talk } from '../testing.ts';

const TALK = `<conversation>
<person>The NAS is  called
Mycroft.</person>
<assistant>I see.</assistant>
<person>${'x'.repeat(201)}</person>
<assistant>Long.</assistant>
</conversation>`;

test('notes on a conversation are what the person said, behind the notes so far', async () => {
  const { text } = await talk(`<notes>\n- They said: hello\n</notes>\n${TALK}`, { tools: [] });
  expect(text).toBe(
    `- They said: hello\n- They said: The NAS is called Mycroft.\n- They said: ${'x'.repeat(200)}…`,
  );
});

test('a person who writes such a text gets an answer', async () => {
  const { text } = await talk(TALK, { tools: [buildTool('execute_code', { code: {} })] });
  expect(text).not.toContain('They said');
});
