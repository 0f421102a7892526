import { Api, HealthView, type ModelAccess, type ModelKind } from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import { Router } from 'express';
import { methodNotAllowed } from '../http/border.ts';
import { sendJson } from '../http/route.ts';

const FEATURES = ['chat', 'jobs', 'conversations', 'attachments', 'webhook'];

export interface HealthRoutesDeps {
  readonly clock: Clock;
  readonly version: string;
  readonly model: {
    readonly read: () => { readonly kind: ModelKind; readonly name: string };
    readonly readAccess: () => ModelAccess;
  };
  /** False while no work should be sent here. */
  readonly isReady: () => boolean;
  /** Where it stands while it is not ready. */
  readonly readState: () => 'starting' | 'stopping';
  /** What the assistant calls itself. */
  readonly agentName: string;
}

/** Open to everyone: whether the process lives, takes work, and which model answers. */
export function createHealthRoutes(deps: HealthRoutesDeps): Router {
  const { clock, version, model, isReady, readState, agentName } = deps;
  const router = Router();
  router.get('/livez', (_request, response) => {
    response.json({ ok: true });
  });
  router.get('/readyz', (_request, response) => {
    const ok = isReady();
    response.status(ok ? 200 : 503).json({ ok });
  });
  router.get('/health', (_request, response) => {
    sendJson(response, HealthView, {
      status: 'healthy',
      ok: true,
      service: 'brain',
      version,
      timestamp: new Date(clock.now()).toISOString(),
      model: { ...model.read(), access: model.readAccess() },
    });
  });
  // BK-01.
  router.get('/ping', (_request, response) => {
    const timestamp = new Date(clock.now()).toISOString();
    if (isReady())
      sendJson(response, Api.ping.answers[200], {
        status: 'ok',
        service: 'brain',
        mode: model.read().kind,
        features: FEATURES,
        name: agentName,
        timestamp,
      });
    else response.status(503).json({ status: 'not_ready', state: readState() });
  });
  router.all(['/livez', '/readyz', '/health', '/ping'], (_request, response, next) => {
    response.setHeader('Allow', 'GET');
    next(methodNotAllowed());
  });
  return router;
}
