import { Anthropic } from '@anthropic-ai/sdk';
import { runService, silentLogger } from '@bakerst/kit';
import { serveTimings } from '../serve-timings.ts';

// The floor of asking a model: the two calls of a turn with one tool, by the SDK with nothing around it.
// ANTHROPIC_BASE_URL=http://… main.ts

type Message = Anthropic.MessageParam;

const TOOL_USE_ID = 'toolu_1';

const TOOL_TRAFFIC: readonly Message[] = [
  {
    role: 'assistant',
    content: [{ type: 'tool_use', id: TOOL_USE_ID, name: 'execute_code', input: { code: '1' } }],
  },
  {
    role: 'user',
    content: [{ type: 'tool_result', tool_use_id: TOOL_USE_ID, content: '391' }],
  },
];

await runService(silentLogger, async () => {
  const client = new Anthropic({ apiKey: 'bench', maxRetries: 0 });
  serveTimings(async (words) => {
    const question: Message = { role: 'user', content: words };
    await readReply(client, [question]);
    return Number(await readReply(client, [question, ...TOOL_TRAFFIC]));
  });
});

/** The text of a reply, read to its end. */
async function readReply(client: Anthropic, messages: readonly Message[]): Promise<string> {
  const events = await client.messages.create({
    model: 'claude-sonnet-5-5',
    max_tokens: 8_192,
    stream: true,
    messages: [...messages],
  });
  let text = '';
  for await (const event of events)
    if (event.type === 'content_block_delta' && event.delta.type === 'text_delta')
      text += event.delta.text;
  return text;
}
