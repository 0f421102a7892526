import { speak } from './speak.ts';

const NOISE = `${JSON.stringify({
  jsonrpc: '2.0',
  method: 'notifications/message',
  params: { level: 'info', data: 'x'.repeat(1_000) },
})}\n`.repeat(64);

// Once called, it talks for ever, and of something else.
speak({
  call: () => {
    const flood = (): void => {
      if (process.stdout.write(NOISE)) setImmediate(flood);
      else process.stdout.once('drain', flood);
    };
    flood();
    return undefined;
  },
});
