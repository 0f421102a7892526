import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { SetupError } from './setup-error.mjs';

const LOOK_EVERY_MS = 500;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Tells when nobody wants the installation any more: a signal came, or the shell that npm started, or npm itself, is gone.
 * npm passes TERM on to that shell alone, which dies of it and leaves this process behind: only the parent's change tells.
 */
export function watchStarter() {
  const listeners = [];
  let reason;
  const stopFor = (signal) => {
    if (reason !== undefined) return;
    reason = new SetupError('stopped while installing; the next start goes on', {
      exitCode: 128 + constants.signals[signal],
    });
    for (const listener of listeners) listener();
  };
  const starters = readStarters();
  const timer = setInterval(() => {
    if (readStarters() !== starters) stopFor('SIGTERM');
  }, LOOK_EVERY_MS);
  for (const signal of SIGNALS) process.on(signal, stopFor);
  return {
    onGone: (listener) => void listeners.push(listener),
    throwIfGone: () => {
      if (reason !== undefined) throw reason;
    },
    stop: () => {
      clearInterval(timer);
      for (const signal of SIGNALS) process.off(signal, stopFor);
    },
  };
}

/** The pids of the shell and, where /proc tells, of npm above it. */
function readStarters() {
  const shell = process.ppid;
  try {
    const stat = readFileSync(`/proc/${shell}/stat`, 'utf8');
    // The command's name, in parentheses, may hold blanks: fields are counted behind it (proc(5)).
    return `${shell} ${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]}`;
  } catch {
    return `${shell}`;
  }
}
