import { createClient } from '@bakerst/client';
import {
  byTurn,
  openScriptedModel,
  type ScriptReply,
  textReply,
  toolReply,
} from '@bakerst/offline-model';
import { openMcpShop } from '../../tests/support/mcp-shop.ts';
import { playRounds } from '../figures/play-rounds.ts';
import { atMost, compare } from '../figures/row.ts';
import { openProduct, TOKEN } from '../processes/open-product.ts';
import type { Measurement } from './measurement.ts';
import { toRoundsOptions } from './rounds-options.ts';

const CALLS = 8;
/** Each answer lists 500 things, of which the task wants three. */
const CODE = `const found = [];
for (let n = 0; n < ${CALLS}; n++)
  found.push(JSON.parse(await tools.shop.list()).filter(({ price }) => price > 496));
return found`;
const BY_CODE = 'by code';
const END = textReply('done');
const IN_CODE: readonly ScriptReply[] = [toolReply('execute_code', { code: CODE }), END];
const BY_TURNS: readonly ScriptReply[] = [
  ...Array.from({ length: CALLS }, () =>
    toolReply('call_tool', { server: 'shop', tool: 'list', arguments: {} }),
  ),
  END,
];

export const taskTokens: Measurement<'tokens'> = {
  name: 'task-tokens',
  about: `tokens of a task with ${CALLS} tool calls: in one piece of code against one call each turn`,
  rows: {
    tokens: {
      name: `tokens of ${CALLS} tool calls, in code / each in a turn`,
      unit: 'tokens',
      goal: atMost(0.4, '×'),
    },
  },
  async run(bench) {
    await using open = new AsyncDisposableStack();
    const shop = open.use(await openMcpShop());
    const inCode = byTurn(IN_CODE);
    const byTurns = byTurn(BY_TURNS);
    const model = open.use(
      await openScriptedModel({
        replies: (request, ...rest) =>
          JSON.stringify(request.messages).includes(BY_CODE)
            ? inCode(request, ...rest)
            : byTurns(request, ...rest),
      }),
    );
    const env = { HTTP_ALLOW_HOSTS: shop.host };
    const product = open.use(await openProduct(bench, { modelUrl: model.url, env }));
    const client = createClient({ baseUrl: product.url, token: TOKEN });
    await client.replaceMcpServers('home', [{ id: 'shop', url: shop.url }]);
    await client.listMcpServers('home', { discover: true });
    let user = 0;
    const count = async (message: string): Promise<readonly number[]> => {
      const whom = { org: 'home', user_id: `user-${user++}` };
      await client.chat({ message, ...whom });
      const [run] = (await client.listRuns(whom)).data;
      // Those that were read from the prompt cache are tokens, too.
      const counted = Object.values(run?.usage ?? {}).filter((value) => typeof value === 'number');
      return [counted.reduce((sum, tokens) => sum + tokens, 0)];
    };
    const rounds = await playRounds(
      { ours: () => count(BY_CODE), other: () => count('by turns') },
      toRoundsOptions(bench, taskTokens),
    );
    return { tokens: compare(rounds) };
  },
};
