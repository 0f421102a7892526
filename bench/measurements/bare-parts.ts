import { join } from 'node:path';
import { startNatsServer } from '@bakerst/bus/testing';
import { median } from '../figures/quantile.ts';
import { Words } from '../load/words.ts';
import { type OpenProgram, openProgram } from '../processes/open-program.ts';
import type { Bench } from './measurement.ts';
import { openSandbox, TRIVIAL } from './sandbox.ts';

/**
 * The parts of a turn with one code job, each by the library that the product uses for it and with nothing around:
 * two model calls (SDK), the way of a job (NATS), an isolate (isolated-vm).
 */
export interface BareParts extends AsyncDisposable {
  /** Measures each part so often; gives the sums. */
  time(count: number): Promise<readonly number[]>;
}

const VALUE = TRIVIAL.value;

export async function openBareParts(bench: Bench, modelUrl: string): Promise<BareParts> {
  await using opening = new AsyncDisposableStack();
  const model = opening.use(await openModelCaller(bench, modelUrl));
  const isolate = opening.use(await openSandbox(bench, 'bare-isolate'));
  const storeDir = join(bench.dir, 'bare-nats');
  const nats = opening.use(await startNatsServer({ binary: bench.natsServer, storeDir }));
  const queue = opening.use(await openQueueEnd(bench, nats.url, 'brain'));
  opening.use(await openQueueEnd(bench, nats.url, 'worker'));
  const open = opening.move();
  return {
    async time(count) {
      const parts = [
        await model.time({ code: Words.runCode, value: VALUE, count, pauseMs: 0 }),
        await queue.time({ code: String(VALUE), value: VALUE, count, pauseMs: 0 }),
        await isolate.time({ ...TRIVIAL, count }),
      ];
      const medians = parts.map((ms) => median(ms).toFixed(2)).join(' + ');
      bench.say(`bare parts: two model calls + job + isolate = ${medians} ms`);
      return Array.from({ length: count }, (_, i) =>
        parts.reduce((sum, ms) => sum + (ms[i] ?? Number.NaN), 0),
      );
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

function openModelCaller(bench: Bench, modelUrl: string): Promise<OpenProgram> {
  return openProgram({
    name: 'bare-model',
    logDir: bench.dir,
    entry: 'bench/programs/bare-model/main.ts',
    env: { ANTHROPIC_BASE_URL: modelUrl },
  });
}

function openQueueEnd(
  bench: Bench,
  natsUrl: string,
  role: 'brain' | 'worker',
): Promise<OpenProgram> {
  return openProgram({
    name: `bare-${role}`,
    logDir: bench.dir,
    entry: 'bench/programs/bare-queue/main.ts',
    args: [natsUrl, role],
  });
}
