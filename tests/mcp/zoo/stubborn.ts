import { setTimeout as sleep } from 'node:timers/promises';
import { speak, text } from './speak.ts';

// Answers with its process id, as late as it is told to (it says then that it has begun), and ends neither with its input nor at SIGTERM.
process.on('SIGTERM', () => undefined);
setInterval(() => undefined, 60_000);
speak({
  call: async ({ params }) => {
    const ms = Number(params?.arguments?.['ms'] ?? 0);
    if (ms > 0) process.stderr.write('begun\n');
    await sleep(ms);
    return text(String(process.pid));
  },
});
