import { connect, createServer, type Socket } from 'node:net';
import { close, listen } from './listen.ts';

/** What happens to what is sent through a proxy. */
type ProxyMode =
  /** It arrives. */
  | 'pass'
  /** Nothing arrives and nobody is told, as with a cable that was pulled; it arrives once it is in again. */
  | 'drop'
  /** Every connection is reset, and every new one. */
  | 'reset';

/** A TCP proxy that can be told to misbehave. */
export interface FaultProxy extends AsyncDisposable {
  readonly port: number;
  set(mode: ProxyMode): void;
}

export async function openFaultProxy(targetPort: number): Promise<FaultProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let mode: ProxyMode = 'pass';
  const server = createServer((client) => {
    client.on('error', () => undefined);
    if (mode === 'reset') return void client.resetAndDestroy();
    const upstream = connect(targetPort, '127.0.0.1');
    upstream.on('error', () => undefined);
    const pair = [client, upstream] as const;
    // Whoever holds small packets back for each other would be a fault that nobody asked for.
    for (const socket of pair) socket.setNoDelay();
    pairs.add(pair);
    for (const socket of pair)
      socket.on('close', () => {
        // While a cable is out the other side does not learn of it.
        if (mode === 'drop') return;
        pairs.delete(pair);
        end(pair);
      });
    apply(pair, mode);
  });
  const port = await listen(server);
  return {
    port,
    set(next) {
      mode = next;
      for (const pair of pairs) apply(pair, mode);
    },
    async [Symbol.asyncDispose]() {
      mode = 'reset';
      for (const pair of pairs) apply(pair, mode);
      await close(server);
    },
  };
}

function apply([client, upstream]: readonly [Socket, Socket], mode: ProxyMode): void {
  switch (mode) {
    case 'pass':
      if (client.destroyed || upstream.destroyed) end([client, upstream]);
      else client.pipe(upstream).pipe(client);
      return;
    case 'drop':
      // What comes in meanwhile stays in the buffers of the kernel.
      client.unpipe(upstream).pause();
      upstream.unpipe(client).pause();
      return;
    case 'reset':
      client.resetAndDestroy();
      upstream.resetAndDestroy();
  }
}

function end([client, upstream]: readonly [Socket, Socket]): void {
  client.destroy();
  upstream.destroy();
}
