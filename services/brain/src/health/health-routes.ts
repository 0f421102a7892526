import { HealthView, type ModelAccess, type ModelKind } from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import { Router } from 'express';
import { methodNotAllowed } from '../http/border.ts';
import { sendJson } from '../http/route.ts';

export interface HealthRoutesDeps {
  readonly clock: Clock;
  readonly version: string;
  readonly model: {
    readonly kind: ModelKind;
    readonly name: string;
    readonly readAccess: () => ModelAccess;
  };
  /** False while no work should be sent here. */
  readonly isReady: () => boolean;
}

/** Open to everyone: whether the process lives, takes work, and which model answers. */
export function createHealthRoutes({ clock, version, model, isReady }: HealthRoutesDeps): Router {
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
      model: { kind: model.kind, name: model.name, access: model.readAccess() },
    });
  });
  router.all(['/livez', '/readyz', '/health'], (_request, response, next) => {
    response.setHeader('Allow', 'GET');
    next(methodNotAllowed());
  });
  return router;
}
