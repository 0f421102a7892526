import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from '@bakerst/client';
import { SandboxEnvelope } from '@bakerst/contracts';
import { callDirectly } from '../../tests/support/mcp-client.ts';
import { openMcpShop } from '../../tests/support/mcp-shop.ts';
import { playRounds } from '../figures/play-rounds.ts';
import { median } from '../figures/quantile.ts';
import { atMost, single } from '../figures/row.ts';
import { openModel } from '../processes/open-model.ts';
import { openProduct, type Product, TOKEN } from '../processes/open-product.ts';
import type { Measurement } from './measurement.ts';
import { toRoundsOptions } from './rounds-options.ts';

const CALLS = 10;
const LOOK_MS = 150;
const COUNT = 20;
const CODE = `for (let n = 0; n < ${CALLS}; n++) await tools.shop.stock({ item: 'tea' })`;
const OWNER = { org: 'home', user_id: 'gary' };

/** What the calls themselves take is measured by a client of the protocol's SDK that has nothing else to do. */
export const toolCalls: Measurement<'ten'> = {
  name: 'tool-calls',
  about: 'ten tool calls of one execution, beside what their server takes',
  rows: {
    ten: {
      name: `${CALLS} tool calls in one execution, without their server`,
      unit: 'ms',
      goal: atMost(25, 'ms'),
    },
  },
  async run(bench) {
    await using open = new AsyncDisposableStack();
    const shop = open.use(await openMcpShop());
    const model = open.use(await openModel(bench));
    const env = { HTTP_ALLOW_HOSTS: shop.host };
    const product = open.use(await openProduct(bench, { modelUrl: model.url, env }));
    const client = createClient({ baseUrl: product.url, token: TOKEN });
    await client.replaceMcpServers('home', [{ id: 'shop', url: shop.url }]);
    await client.listMcpServers('home', { discover: true });
    const direct = open.use(await callDirectly(shop.url));
    const rounds = await playRounds(
      { ours: () => timeExecutions(product), other: () => timeCalls(direct.call) },
      toRoundsOptions(bench, toolCalls),
    );
    return { ten: single(rounds.map(({ ours, other }) => median(ours) - median(other))) };
  },
};

async function timeExecutions({ url }: Product): Promise<readonly number[]> {
  const client = createClient({ baseUrl: url, token: TOKEN });
  const ms: number[] = [];
  while (ms.length < COUNT) {
    const { id } = await client.postJob({ type: 'code', code: CODE, ...OWNER });
    let job = await client.getJob(id, OWNER);
    // Looked for seldom: the shop is in this very process, and its event loop is to be free.
    while (job.finished_at === null) {
      await delay(LOOK_MS);
      job = await client.getJob(id, OWNER);
    }
    const envelope = SandboxEnvelope.parse(job.result);
    if (envelope.tool_calls !== CALLS) throw new Error(`${envelope.tool_calls} calls were made`);
    ms.push(envelope.duration_ms);
  }
  return ms;
}

async function timeCalls(call: (tool: string) => Promise<unknown>): Promise<readonly number[]> {
  const ms: number[] = [];
  while (ms.length < COUNT) {
    const startedAt = performance.now();
    for (let n = 0; n < CALLS; n++) await call('stock');
    ms.push(performance.now() - startedAt);
  }
  return ms;
}
