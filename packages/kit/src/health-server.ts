interface HealthServerOptions {
  readonly port: number;
  readonly host: string;
  readonly service: string;
  /** False while the service should get no work. */
  readonly isReady: () => boolean;
}

/** Answers /livez and /readyz for a service that has no HTTP of its own. */
export async function openHealthServer(options: HealthServerOptions): Promise<AsyncDisposable> {
  // NOTE: importing node:http by name loads undici too, 10 MB that no worker needs.
  const { createServer } = process.getBuiltinModule('node:http');
  const server = createServer((request, response) => {
    const status = statusOf(request.url, options.isReady);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ok: status === 200, service: options.service }));
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(options.port, options.host, resolve);
  await promise;
  return {
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise<void>((closed) => server.close(() => closed()));
    },
  };
}

function statusOf(path: string | undefined, isReady: () => boolean): number {
  if (path === '/livez') return 200;
  if (path === '/readyz') return isReady() ? 200 : 503;
  return 404;
}
