import { setTimeout as delay } from 'node:timers/promises';
import { type MessagesRequest, textReply } from '@bakerst/offline-model';
import { BOT_TOKEN, type BotApi, openBotApi } from '../../support/bot-api/open-bot-api.ts';
import { countFaults } from '../harness/history.ts';
import { killAtRandom } from '../harness/nemesis.ts';
import {
  type OpenStage,
  type Play,
  type Scenario,
  toProblems,
  type Verdict,
} from '../harness/scenario.ts';
import { untilNone } from '../harness/until.ts';

const KILL = 'SIGKILL gateway or brain';
const DIE = 'Telegram gone after it took a message';
const MARK = '(This may be a repeat.)';
const FIRST_CHAT = 8000;
/** One message in so many is taken by a server that does not say so. */
const DIES_ONE_IN = 40;

/** People write to the bot; gateway and brain are killed, and the server of Telegram dies in the middle of messages. */
export const p27: Scenario = {
  name: 'P27',
  promise:
    'A message on a channel is answered there; what may have been told before is marked, whatever dies in between.',
  mutants: ['unmarked', 'hasty'],
  async play(play) {
    const { open, count, random } = play;
    await using api = await openBotApi();
    const chats = Array.from(
      { length: count({ smoke: 4, normal: 25, full: 50 }) },
      (_, i) => FIRST_CHAT + i,
    );
    const each = count({ smoke: 3, normal: 10, full: 20 });
    const opened = await open({
      workers: 0,
      script: (request) => textReply(`answer to ${saidLast(request)}.`),
      brainEnv: { TELEGRAM_ALLOWED_CHAT_IDS: chats.join(',') },
      gatewayEnv: { TELEGRAM_BOT_TOKEN: BOT_TOKEN, TELEGRAM_API_ROOT: api.url },
    });
    plantDeaths(play, api);
    const { brains, gateways } = opened.stage;
    const killing = killAtRandom([...gateways, ...gateways, ...brains], {
      random,
      times: count({ smoke: 2, normal: 40, full: 80 }),
      afterMs: [200, 1_500],
      fault: KILL,
    });
    const said = await talk(api, chats, each);
    const unanswered = () => said.filter((text) => answersOf(api, text).length === 0);
    await untilNone(unanswered);
    await killing.end();
    await untilNone(unanswered);
    await untilNone(() => openDeliveries(opened));
    return judge(play, api, { ...opened, said });
  },
};

function saidLast({ messages }: MessagesRequest): string {
  const blocks = messages.findLast(({ role }) => role === 'user')?.blocks ?? [];
  const text = blocks.findLast((block) => block.type === 'text');
  return text?.type === 'text' ? text.text : '';
}

function plantDeaths({ random, history }: Play, api: BotApi): void {
  api.fail((method) => {
    if (method !== 'sendMessage' || random.next() * DIES_ONE_IN >= 1) return undefined;
    history.add({ type: 'fault', at: Date.now(), fault: DIE, target: 'telegram' });
    return 'die';
  });
}

async function talk(
  api: BotApi,
  chats: readonly number[],
  each: number,
): Promise<readonly string[]> {
  const said: string[] = [];
  for (let i = 1; i <= each; i += 1) {
    for (const id of chats) {
      const text = `question ${id}-${i}`;
      api.say(text, { from: { id, first_name: `Person ${id}` } });
      said.push(text);
    }
    await delay(1_000);
  }
  return said;
}

function answersOf(api: BotApi, text: string): readonly string[] {
  const wanted = `answer to ${text}.`;
  return api.messages.filter((message) => message.text.includes(wanted)).map(({ text }) => text);
}

function openDeliveries({ stage }: Pick<OpenStage, 'stage'>): readonly unknown[] {
  return stage.dump().deliveries.filter(({ status }) => status === 'open');
}

function judge(
  { history }: Play,
  api: BotApi,
  { stage, said }: OpenStage & { readonly said: readonly string[] },
): Verdict {
  const answers = said.map((text) => ({ text, answers: answersOf(api, text) }));
  const isMarked = (text: string): boolean => text.startsWith(MARK);
  const faults = countFaults(history.events);
  const kills = faults.get(KILL) ?? 0;
  const { runs } = stage.dump();
  return {
    counts: {
      updates: said.length,
      kills,
      deaths: faults.get(DIE) ?? 0,
      messages: api.messages.length,
      marked: api.messages.filter(({ text }) => isMarked(text)).length,
    },
    problems: toProblems({
      'message without an answer': answers.filter((one) => one.answers.length === 0),
      'answer told twice without a mark': answers.filter(
        (one) => one.answers.filter((text) => !isMarked(text)).length > 1,
      ),
      'number of runs that is not that of the messages':
        runs.length === said.length ? [] : [runs.length],
      'delivery that never ended': openDeliveries({ stage }),
    }),
    isVoid: kills === 0 ? 'nothing was killed' : undefined,
  };
}
