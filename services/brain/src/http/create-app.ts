import { Api } from '@bakerst/contracts';
import { AppError, type Clock, type Logger, type NewId } from '@bakerst/kit';
import type { Secrets } from '@bakerst/kit/secrets';
import express, {
  type Express,
  type Request,
  type RequestHandler,
  type Response,
  type Router,
} from 'express';
import helmet from 'helmet';
import type { Metrics } from '../metrics/ports.ts';
import { allowOrigins } from './allow-origins.ts';
import {
  checkHost,
  methodNotAllowed,
  nameRequest,
  readBody,
  readRawBody,
  refuseTrace,
} from './border.ts';
import { countRequests, noteRoute } from './count-requests.ts';
import { createErrorHandler, requestIdOf } from './error-handler.ts';
import { type IdentifyDeps, identify, isStillKnown } from './identify.ts';
import type { RateLimits } from './rate-limits.ts';
import type { Route } from './route.ts';

export interface AppDeps extends IdentifyDeps {
  readonly routes: readonly Route[];
  readonly health: Router;
  /** The description of the API, open to everyone. */
  readonly docs: Router;
  /** The page for people. */
  readonly page: RequestHandler;
  readonly limits: RateLimits;
  readonly newId: NewId;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly secrets: Pick<Secrets, 'redact'>;
  /** Why requests are turned away at this moment, if they are. */
  readonly readClosed: () => 'starting' | 'stopping' | undefined;
  /** True once this process is about to end: whoever comes again should come elsewhere. */
  readonly isLeaving: () => boolean;
  /** Origins of pages that may use the API from a browser. */
  readonly corsOrigins: readonly string[];
  readonly bindAddress: string;
}

/** The HTTP border: every request passes it from top to bottom, and leaves with JSON. */
export function createApp(deps: AppDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(nameRequest(deps.newId));
  app.use(countRequests(deps));
  app.use(refuseTrace);
  app.use(
    helmet({
      strictTransportSecurity: false,
      // At home there is mostly no https to be upgraded to.
      contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
    }),
  );
  if (deps.corsOrigins.length > 0) app.use(allowOrigins(deps.corsOrigins));
  app.use(deps.health);
  app.use(checkHost(deps.publicUrl, deps.bindAddress));
  app.use(deps.docs);
  app.use(closeWhenLeaving(deps.isLeaving));
  app.use(refuseWhileClosed(deps.readClosed));
  app.use(deps.page);
  for (const [path, routes] of groupByPath(deps.routes)) {
    for (const route of routes) app[route.endpoint.method](path, ...toHandlers(deps, route));
    app.all(path, refuseOtherMethods(routes));
  }
  app.use((_request, _response, next) => next(unknownPath()));
  app.use(createErrorHandler(deps));
  return app;
}

function groupByPath(routes: readonly Route[]): ReadonlyMap<string, readonly Route[]> {
  return Map.groupBy(routes, ({ endpoint }) => endpoint.path.replaceAll(/\{(\w+)\}/g, ':$1'));
}

/** Who asks is known, and may ask, before the first byte of a body is read. */
function toHandlers(deps: AppDeps, route: Route): RequestHandler[] {
  const enter: RequestHandler = async (request, response, next) => {
    noteRoute(response, route.endpoint.path);
    if (!('handleOpen' in route)) await letIn(deps, request, response);
    next();
  };
  const handle: RequestHandler = async (request, response) => {
    const { principal, credential } = response.locals;
    const call = { request, response, requestId: requestIdOf(response), body: request.body };
    if ('handleOpen' in route) await route.handleOpen(call);
    else await route.handle({ ...call, principal, credential });
  };
  const { body, isBodyOptional, isRawBody } = route.endpoint;
  if (isRawBody === true) return [enter, readRawBody, handle];
  // A form is read by its route, which knows where the file goes.
  return body === undefined ? [enter, handle] : [enter, readBody(isBodyOptional === true), handle];
}

async function letIn(deps: AppDeps, request: Request, response: Response): Promise<void> {
  const { principal, credential } = await identify(deps, request);
  await deps.limits.take(principal);
  Object.assign(response.locals, {
    principal,
    credential,
    isStillAllowed: () => isStillKnown(deps, request),
  });
}

function refuseOtherMethods(routes: readonly Route[]): RequestHandler {
  const allow = routes.map(({ endpoint }) => endpoint.method.toUpperCase()).join(', ');
  return (_request, response, next) => {
    noteRoute(response, routes[0]?.endpoint.path ?? '');
    response.setHeader('Allow', allow);
    next(methodNotAllowed());
  };
}

/** A kept connection would bring the next request here, after the load balancer has turned elsewhere. */
function closeWhenLeaving(isLeaving: AppDeps['isLeaving']): RequestHandler {
  return (_request, response, next) => {
    if (isLeaving()) response.setHeader('Connection', 'close');
    next();
  };
}

/** Whoever watches over the system looks at it above all when it is not well. */
const ALWAYS_OPEN: ReadonlySet<string> = new Set([Api.systemHealth.path, Api.metrics.path]);

function refuseWhileClosed(readClosed: AppDeps['readClosed']): RequestHandler {
  return (request, _response, next) => {
    const closed = readClosed();
    if (closed === undefined || ALWAYS_OPEN.has(request.path)) {
      next();
      return;
    }
    next(
      new AppError('UNAVAILABLE', `the service is ${closed}; try again in a moment`, {
        reason: 'DRAINING',
        retryAfterMs: 1_000,
      }),
    );
  };
}

function unknownPath(): AppError {
  return new AppError('NOT_FOUND', 'there is nothing at this path', { reason: 'PATH_NOT_FOUND' });
}
