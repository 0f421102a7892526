import { createServer } from 'node:net';
import { createClient } from '@bakerst/client';
import { close, listen } from '../../tests/faults/harness/listen.ts';
import { playRounds } from '../figures/play-rounds.ts';
import { atMost, compare } from '../figures/row.ts';
import { playTurns, requireWhole, type Talk } from '../load/play-turns.ts';
import { openProductTalk } from '../load/talk.ts';
import { Words } from '../load/words.ts';
import { openModel } from '../processes/open-model.ts';
import { openProduct, type Product, TOKEN } from '../processes/open-product.ts';
import type { Bench, Measurement } from './measurement.ts';
import { toRoundsOptions } from './rounds-options.ts';

const SERVERS = 50;
const USERS = 100;
const COUNT = 40;

export const hungServers: Measurement<'first'> = {
  name: 'hung-servers',
  about: `first text with ${SERVERS} MCP servers that never answer against none`,
  rows: {
    first: {
      name: `first text, ${SERVERS} hung MCP servers / none`,
      unit: 'ms',
      goal: atMost(1.2, '×'),
    },
  },
  async run(bench) {
    await using open = new AsyncDisposableStack();
    const model = open.use(await openModel(bench));
    // It reads what it is told, so that it notices when the other side has gone.
    const hung = createServer((socket) => void socket.on('error', () => undefined).resume());
    const host = `127.0.0.1:${await listen(hung)}`;
    open.defer(() => close(hung));
    const env = { HTTP_ALLOW_HOSTS: host };
    const side = (name: string): Promise<Product> =>
      openProduct(bench, { modelUrl: model.url, env, name });
    const [with50, without] = [open.use(await side('hung')), open.use(await side('none'))];
    await createClient({ baseUrl: with50.url, token: TOKEN }).replaceMcpServers(
      'home',
      Array.from({ length: SERVERS }, (_, n) => ({ id: `hung-${n}`, url: `http://${host}/mcp` })),
    );
    return { first: compare(await play(bench, open, { with50, without })) };
  },
};

interface Sides {
  readonly with50: Product;
  readonly without: Product;
}

async function play(bench: Bench, open: AsyncDisposableStack, { with50, without }: Sides) {
  const ours = open.use(await openProductTalk(with50, USERS));
  const other = open.use(await openProductTalk(without, USERS));
  return await playRounds(
    { ours: () => readFirstTexts(ours), other: () => readFirstTexts(other) },
    toRoundsOptions(bench, hungServers),
  );
}

async function readFirstTexts(talk: Talk): Promise<readonly number[]> {
  const load = { words: Words.say(1, 0), count: COUNT, atOnce: 1 };
  return requireWhole(await playTurns(talk, load), 1).map(({ firstMs }) => firstMs ?? Number.NaN);
}
