import { spawn } from 'node:child_process';
import { speak, text } from './speak.ts';

const IDLE = 'process.on("SIGTERM", () => {}); setInterval(() => {}, 60_000)';

// Starts three processes that want to outlive it: one of its group, one of a group of its own, and one of a group of
// its own whose parent has ended. Tells their ids.
speak({
  call: () => text([start(IDLE, false), start(IDLE, true), startOrphan()].join(' ')),
});

function start(program: string, detached: boolean): number | undefined {
  const child = spawn(process.execPath, ['-e', program], { detached, stdio: 'ignore' });
  child.unref();
  return child.pid;
}

function startOrphan(): number | undefined {
  const inner = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(IDLE)}], { detached: true, stdio: 'ignore' }).unref()`;
  return start(inner, true);
}
