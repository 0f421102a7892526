import { createServer } from 'node:http';
import { close, listen } from './listen.ts';

/** A request to a server that never answers; times in epoch ms. */
export interface SilentCall {
  readonly path: string;
  readonly at: number;
  /** When the caller gave up; undefined while it still waits. */
  endedAt: number | undefined;
}

export interface SilentServer extends AsyncDisposable {
  readonly host: string;
  readonly calls: readonly SilentCall[];
}

export async function openSilentServer(): Promise<SilentServer> {
  const calls: SilentCall[] = [];
  const server = createServer((request, response) => {
    const call: SilentCall = { path: request.url ?? '', at: Date.now(), endedAt: undefined };
    calls.push(call);
    response.on('close', () => {
      call.endedAt = Date.now();
    });
  });
  const port = await listen(server);
  return {
    host: `127.0.0.1:${port}`,
    calls,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await close(server);
    },
  };
}

/** A server that answers every request after `ms`. */
export async function openSlowServer(
  ms: number,
): Promise<Pick<SilentServer, 'host'> & AsyncDisposable> {
  const server = createServer((_, response) => {
    setTimeout(() => response.end('late'), ms);
  });
  const port = await listen(server);
  return {
    host: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await close(server);
    },
  };
}
