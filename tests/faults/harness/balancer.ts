import { connect, createServer, type Socket } from 'node:net';
import { close, listen } from './listen.ts';

/** A TCP load balancer over several addresses that learns of changes when it is told. */
export interface Balancer extends AsyncDisposable {
  readonly url: string;
  /** Sends new connections there, or no longer. */
  setOpen(port: number, isOpen: boolean): void;
}

export async function openBalancer(ports: readonly number[]): Promise<Balancer> {
  const open = new Set(ports);
  const sockets = new Set<Socket>();
  let turn = 0;
  const server = createServer((client) => {
    const targets = [...open];
    const port = targets[turn++ % targets.length];
    if (port === undefined) return void client.destroy();
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    client.on('error', () => upstream.destroy());
    upstream.on('error', () => client.destroy());
    client.pipe(upstream).pipe(client);
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    setOpen(target, isOpen) {
      if (isOpen) open.add(target);
      else open.delete(target);
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await close(server);
    },
  };
}
