import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import type { ServiceReport } from '@bakerst/kit';
import { EX_CONFIG } from '@bakerst/kit/start-error';
import type { Exit, Run } from './keep-running.ts';

interface ServiceSpawn {
  readonly name: string;
  readonly root: string;
  readonly entry: string;
  /** Further options for Node. */
  readonly nodeFlags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly logFd: number;
  /** Held open by the service for as long as it runs; tells the guard of nats-server that it is still needed. */
  readonly lifeline: Writable | undefined;
}

/**
 * Starts a service of ours in the supervisor's process group. It reports over an IPC channel, whose end tells it that
 * the supervisor is gone; what it writes goes straight into its log, so that nothing passes through the supervisor.
 */
export function spawnService(service: ServiceSpawn): Run {
  const { root, entry, nodeFlags, env, logFd, lifeline } = service;
  const child = spawn(process.execPath, ['--conditions=bakerst-source', ...nodeFlags, entry], {
    cwd: root,
    env,
    stdio: ['ignore', logFd, logFd, 'ipc', lifeline ?? 'ignore'],
  });
  const ready = Promise.withResolvers<void>();
  let refusal: string | undefined;
  child.on('message', (message) => {
    const report = readReport(message);
    if (report?.type === 'ready') ready.resolve();
    if (report?.type === 'refused') refusal = report.message;
  });
  return {
    ready: ready.promise,
    exited: exitOf(child, () => refusal ?? `${service.name} refused to start, its log says why`),
    stop: () => void child.kill('SIGTERM'),
    kill: () => void child.kill('SIGKILL'),
  };
}

function exitOf(child: ChildProcess, readRefusal: () => string): Promise<Exit> {
  const { promise, resolve } = Promise.withResolvers<Exit>();
  child.once('error', (cause) => {
    if (child.pid === undefined)
      resolve({ type: 'ended', how: `could not be started (${cause.message})` });
  });
  // 'close' comes after the IPC channel's last message, 'exit' may come before it.
  child.once('close', (code, signal) => {
    if (code === EX_CONFIG) return resolve({ type: 'refused', message: readRefusal() });
    resolve({
      type: 'ended',
      how: signal === null ? `ended (exit code ${code})` : `was killed (${signal})`,
    });
  });
  return promise;
}

function readReport(message: unknown): ServiceReport | undefined {
  if (typeof message !== 'object' || message === null || !('type' in message)) return undefined;
  if (message.type === 'ready') return { type: 'ready' };
  if (message.type !== 'refused' || !('message' in message)) return undefined;
  return typeof message.message === 'string'
    ? { type: 'refused', message: message.message }
    : undefined;
}
