import { NewDelivery } from '@bakerst/contracts/channels';
import { silentLogger } from '@bakerst/kit';
import { createFakeClock } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import { createStanding } from '../brain.ts';
import { createMemoryChannel, toTextDelivery } from '../testing.ts';
import { tell } from './tell.ts';

test('what a job has given is told, whatever it holds', async () => {
  const texts: string[] = [];
  const deps = {
    brain: {
      async createDelivery(_channel: string, body: unknown) {
        texts.push(NewDelivery.parse(body).text);
        return toTextDelivery('one');
      },
    },
    channel: createMemoryChannel().channel,
    standing: createStanding(silentLogger),
    stopping: new AbortController().signal,
    clock: createFakeClock(),
    log: silentLogger,
  };
  const received = {
    type: 'message',
    key: 'k-1',
    sender: { id: '7', name: 'Gary' },
    chat: { id: '7', kind: 'direct' },
    messageId: '3',
    text: '/job',
    files: [],
    strange: undefined,
  } as const;
  await tell(deps, received, 'a\0b\ud800');
  expect(texts).toEqual(['a\ufffdb\ufffd']);
});
