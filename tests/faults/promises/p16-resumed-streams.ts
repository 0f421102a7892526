import { connect } from 'node:net';
import { createClient } from '@bakerst/client';
import { readLeastRssMb } from '../harness/memory.ts';
import { type ReadStream, readStream } from '../harness/read-stream.ts';
import { type Scenario, toProblems } from '../harness/scenario.ts';
import { SUPER_TOKEN } from '../harness/stage.ts';
import { forEach } from '../harness/until.ts';

const WORDS = Array.from({ length: 100 }, (_, i) => `word-${i} `);
const STALLED = 20;
const GROWTH_MB = 50;
const SETTLE_MS = 5_000;

/** Readers drop their connection again and again and come back with the last id; others never read at all. */
export const p16: Scenario = {
  name: 'P16',
  promise: 'A stream can be resumed: no event missing, none twice.',
  mutants: ['place-forgotten'],
  async play({ open, count, random }) {
    const { stage } = await open({
      workers: 0,
      script: () => ({ kind: 'message', blocks: [{ type: 'text', text: WORDS }] }),
      pace: { firstByteMs: 20, deltaMs: 15 },
    });
    const total = count({ smoke: 20, normal: 100, full: 200 });
    const url = stage.urlOf(0);
    const pid = stage.brains[0]?.pid ?? 0;
    const client = createClient({ baseUrl: url, token: SUPER_TOKEN });
    // The heap has the size that work gives it before memory is looked at.
    await forEach(100, 50, async (i) => {
      const user = `early-${i}`;
      await readStream({ client, message: `warm up ${i}`, user, drops: 0, random });
    });
    const before = await readLeastRssMb(pid, SETTLE_MS);
    const stalled = Array.from({ length: STALLED }, (_, i) => stall(Number(new URL(url).port), i));
    const streams: ReadStream[] = [];
    await forEach(total, 50, async (i) => {
      streams.push(
        await readStream({ client, message: `tell ${i}`, user: `user-${i}`, drops: 3, random }),
      );
    });
    const growth = (await readLeastRssMb(pid, SETTLE_MS)) - before;
    for (const socket of stalled) socket.destroy();
    const answers = new Map(
      stage
        .dump()
        .messages.filter(({ role }) => role === 'assistant')
        .map(({ run_id, content }) => [run_id, content]),
    );
    return {
      counts: {
        streams: streams.length,
        connections: streams.reduce((sum, stream) => sum + stream.connections, 0),
        'growth MB': Math.round(growth),
      },
      problems: toProblems({
        'stream with missing or doubled events': streams.filter(({ gaps }) => gaps.length > 0),
        'stream that differs from what is stored': streams
          .filter(({ runId, text, isComplete }) => !isComplete || text !== answers.get(runId))
          .map(({ runId, text }) => `${runId} ${text.slice(-40)}`),
        'memory that grew with readers that do not read': growth < GROWTH_MB ? [] : [growth],
      }),
      isVoid: streams.every(({ connections }) => connections === 1)
        ? 'nothing was dropped'
        : undefined,
    };
  },
};

/** A reader that asks for a stream and never reads. */
function stall(port: number, i: number) {
  const body = JSON.stringify({ message: 'tell me', user_id: `stalled-${i}` });
  const socket = connect(port, '127.0.0.1', () =>
    socket.write(
      `POST /api/v1/chat/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${SUPER_TOKEN}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    ),
  );
  socket.pause();
  socket.on('error', () => undefined);
  return socket;
}
