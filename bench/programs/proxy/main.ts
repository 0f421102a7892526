import { once } from 'node:events';
import { createServer } from 'node:http';
import { Anthropic } from '@anthropic-ai/sdk';
import { runService, silentLogger } from '@bakerst/kit';
import express, { type Request, type Response } from 'express';
import { z } from 'zod';
import { readPort } from '../read-port.ts';

// The floor that the brain is compared with: Express and the SDK, nothing kept, nobody asked who they are.
// ANTHROPIC_BASE_URL=http://… main.ts --port 4000

/** As the brain has it: no connection is opened anew in one of the two only. */
const KEEP_ALIVE_MS = 65_000;

const Body = z.object({ message: z.string() });

await runService(silentLogger, async (open) => {
  const client = new Anthropic({ apiKey: 'bench', maxRetries: 0 });
  const app = express();
  app.post('/chat/stream', express.json(), (request, response) =>
    streamReply(client, request, response),
  );
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, app);
  server.listen(readPort(), '127.0.0.1');
  await once(server, 'listening');
  open.defer(() => {
    server.close();
    server.closeAllConnections();
  });
});

async function streamReply(client: Anthropic, request: Request, response: Response): Promise<void> {
  const { message } = Body.parse(request.body);
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
  const events = await client.messages.create({
    model: 'claude-sonnet-5-5',
    max_tokens: 8_192,
    stream: true,
    messages: [{ role: 'user', content: message }],
  });
  for await (const event of events)
    if (event.type === 'content_block_delta' && event.delta.type === 'text_delta')
      response.write(`data: ${JSON.stringify({ type: 'progress', text: event.delta.text })}\n\n`);
  response.end('data: {"type":"complete"}\n\n');
}
