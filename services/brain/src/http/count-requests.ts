import { Api } from '@bakerst/contracts';
import type { Clock, Logger } from '@bakerst/kit';
import type { RequestHandler, Response } from 'express';
import type { Metrics } from '../metrics/ports.ts';
import { requestIdOf } from './error-handler.ts';

interface CountDeps {
  readonly metrics: Pick<Metrics, 'requestAnswered'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly log: Logger;
}

/** Endpoints that are answered before anybody looks for a route. */
const OPEN_PATHS: ReadonlySet<string> = new Set(
  Object.values(Api).flatMap((endpoint) => ('isOpen' in endpoint ? [endpoint.path] : [])),
);

/** Counts each request when its answer has been sent, or its client is gone. */
export function countRequests({ metrics, clock, log }: CountDeps): RequestHandler {
  return (request, response, next) => {
    const startedAt = clock.monotonic();
    const { method, path } = request;
    if (OPEN_PATHS.has(path)) noteRoute(response, path);
    response.once('close', () => {
      const durationMs = clock.monotonic() - startedAt;
      const route = routeOf(response);
      const { statusCode: status } = response;
      metrics.requestAnswered({ method, route, status, seconds: durationMs / 1_000 });
      log.debug(
        { requestId: requestIdOf(response), method, route, status, durationMs },
        'request answered',
      );
    });
    next();
  };
}

/** Under which path the request is counted: that of its endpoint, of which there are few. */
export function noteRoute(response: Response, path: string): void {
  response.locals['route'] = path;
}

function routeOf(response: Response): string | undefined {
  const route: unknown = response.locals['route'];
  return typeof route === 'string' ? route : undefined;
}
