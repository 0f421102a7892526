import { McpServerId, type McpServerKey, OrgId } from '@bakerst/contracts';
import { createSecrets } from '@bakerst/kit/secrets';
import { expect, test } from 'vitest';
import type { StoredServer } from './mcp-server.ts';
import { createSecretsInHand } from './secrets-in-hand.ts';

const WEATHER = toKey('home', 'weather');
const NEWS = toKey('mill', 'news');
const OLD = 'token-of-the-weather-4711';
const NEW = 'token-of-the-weather-4712';

function toKey(org: string, server: string): McpServerKey {
  return { org: OrgId.parse(org), server: McpServerId.parse(server) };
}

function makeServer(key: McpServerKey, authToken: string): StoredServer {
  return {
    key,
    id: key.server,
    name: key.server,
    isEnabled: true,
    priority: 50,
    allowedTools: [],
    isStateless: false,
    reach: { transport: 'streamable-http', url: 'https://example.org/mcp', authToken },
    origin: 'api',
    revision: 1,
    health: {
      askedAt: undefined,
      discoveredAt: undefined,
      error: undefined,
      warnings: [],
      serverName: undefined,
      serverVersion: undefined,
    },
    toolCount: 0,
    changedCount: 0,
  };
}

function openHand(...first: readonly StoredServer[]) {
  let stored = first;
  const secrets = createSecrets();
  const servers = {
    listAll: () => stored,
    find: ({ org, server }: McpServerKey) =>
      stored.find(({ key }) => key.org === org && key.server === server),
  };
  return {
    hand: createSecretsInHand({ secrets, servers }),
    store: (...others: readonly StoredServer[]) => {
      stored = others;
    },
    listHidden: () => [OLD, NEW].filter((secret) => secrets.redact(secret) !== secret),
  };
}

test('an entry that changes gives back the text that it had hidden', () => {
  const { hand, store, listHidden } = openHand(makeServer(WEATHER, OLD));
  hand.reread(WEATHER);
  hand.reread(WEATHER);
  expect(listHidden()).toEqual([OLD]);
  store(makeServer(WEATHER, NEW));
  hand.reread(WEATHER);
  expect(listHidden()).toEqual([NEW]);
  store();
  hand.reread(WEATHER);
  expect(listHidden()).toEqual([]);
});

test('a secret stays hidden for as long as any server has it', () => {
  const { hand, store, listHidden } = openHand(makeServer(WEATHER, OLD), makeServer(NEWS, OLD));
  hand.rereadAll();
  store(makeServer(NEWS, OLD));
  hand.reread(WEATHER);
  expect(listHidden()).toEqual([OLD]);
});

test('all that was changed and removed unheard is caught up with at once', () => {
  const { hand, store, listHidden } = openHand(makeServer(WEATHER, OLD));
  hand.rereadAll();
  store(makeServer(NEWS, NEW));
  hand.rereadAll();
  expect(listHidden()).toEqual([NEW]);
});
