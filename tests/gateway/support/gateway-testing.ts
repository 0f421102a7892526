import type { Script } from '@bakerst/offline-model';
import { BOT_TOKEN, type BotApi, openBotApi } from '../../support/bot-api/open-bot-api.ts';
import { GARY, type Person } from '../../support/bot-api/speech.ts';
import { type Service, startService } from '../../support/service.ts';
import { SUPER_TOKEN, type System, startSystem } from '../../support/system.ts';

const GATEWAY_TOKEN = 'gateway-token-of-the-tests-0123456789abcdef';

/** Brain, worker and gateway, and the Bot API that the gateway talks to. */
export interface Town extends AsyncDisposable {
  readonly api: BotApi;
  readonly system: System;
  readonly gateway: Service;
  /** Starts a gateway in the place of one that has ended. */
  restartGateway(): Promise<Service>;
  /** Links somebody to a user of the org `home`. */
  link(person: Person, user: string): Promise<void>;
}

interface TownOptions {
  readonly script?: Script;
  readonly brainEnv?: Readonly<Record<string, string>>;
  /** Of brain and worker. */
  readonly env?: Readonly<Record<string, string>>;
  readonly gatewayEnv?: Readonly<Record<string, string>>;
}

/** GARY speaks for the owner, by a code. */
export async function openTown(options: TownOptions = {}): Promise<Town> {
  const open = new AsyncDisposableStack();
  const { script, brainEnv, gatewayEnv, env } = options;
  const api = open.use(await openBotApi());
  const system = open.use(
    await startSystem({
      ...(script && { script }),
      brainEnv: { GATEWAY_TOKEN, ...env, ...brainEnv },
      ...(env && { workerEnv: env }),
    }),
  );
  const start = async (): Promise<Service> => {
    const service = startService({
      name: 'gateway',
      env: {
        BAKERST_URL: system.url,
        BAKERST_TOKEN: GATEWAY_TOKEN,
        TELEGRAM_BOT_TOKEN: BOT_TOKEN,
        TELEGRAM_API_ROOT: api.url,
        ...gatewayEnv,
      },
    });
    open.defer(async () => void (await service.end('SIGKILL')));
    await service.logged('channel connected');
    return service;
  };
  let gateway = await start();
  const town: Town = {
    api,
    system,
    get gateway() {
      return gateway;
    },
    async restartGateway() {
      gateway = await start();
      return gateway;
    },
    async link(person, user) {
      const { code } = await makeCode(system, user);
      const linked = api.in(person.id).length + 1;
      api.say(`/link ${code}`, { from: person });
      await api.until(() => api.in(person.id).length >= linked);
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
  await town.link(GARY, 'owner');
  return town;
}

/** A code that links whoever sends it to a user of the org `home`. */
export async function makeCode(system: System, user: string): Promise<{ readonly code: string }> {
  const response = await system.post(
    '/api/v1/channels/links',
    { user_id: user },
    { Authorization: `Bearer ${SUPER_TOKEN}` },
  );
  const body: unknown = await response.json();
  if (typeof body !== 'object' || body === null || !('code' in body))
    throw new Error(`no code: ${JSON.stringify(body)}`);
  return { code: String(body.code) };
}
