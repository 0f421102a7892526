import { createClient } from '@bakerst/client';
import { textReply } from '@bakerst/offline-model';
import { expect, test, vi } from 'vitest';
import { startSystem } from './support/system.ts';

const GATEWAY_TOKEN = 'gateway-token-of-the-tests-0123456789abcdef';
const chat = { id: '100', kind: 'direct' } as const;
const whose = { org: 'home', user_id: 'telegram-100' };

test('what code gives is kept as it is, and told in its chat as it can be', async () => {
  await using system = await startSystem({
    script: () => textReply('noted'),
    brainEnv: { GATEWAY_TOKEN, TELEGRAM_ALLOWED_CHAT_IDS: chat.id },
  });
  const gateway = createClient({ baseUrl: system.url, token: GATEWAY_TOKEN });
  const sender = { id: chat.id, name: 'Gary' };
  await gateway.receiveChannelMessage('telegram', { sender, chat, text: 'hello' });
  const { id } = await gateway.postJob({
    type: 'code',
    code: String.raw`return "a\0b\ud800"`,
    deliver_to: { channel: 'telegram' },
    ...whose,
  });
  await vi.waitFor(
    async () => {
      const { result } = await gateway.getJob(id, whose);
      expect(result).toMatchObject({ ok: true, value: 'a\0b\ud800' });
    },
    { timeout: 30_000, interval: 50 },
  );
  const told = gateway.watchDeliveries('telegram', { holder: crypto.randomUUID() });
  for await (const event of told) {
    if (event.type !== 'delivery' || event.delivery.content.type !== 'text') continue;
    expect(event.delivery.content.text).toContain('a\ufffdb\ufffd');
    return;
  }
});
