import { Api } from '@bakerst/contracts';
import type { Route } from '../http/route.ts';
import { requireKind, requireSuper } from '../principals/require-kind.ts';
import type { Gauges, MetricsPage } from './ports.ts';

/** Version of the text format of Prometheus. */
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

interface MetricsRoutesDeps {
  readonly page: MetricsPage;
  readonly readGauges: () => Gauges;
}

/** For whatever watches over the system; users have no business with it. */
export function createMetricsRoutes({ page, readGauges }: MetricsRoutesDeps): readonly Route[] {
  return [
    {
      endpoint: Api.metrics,
      async handle({ response, principal }) {
        requireKind(principal, ['super', 'service']);
        // What is counted is everybody's: a service of one org is to see nothing of the others.
        if (principal.kind === 'service' && principal.org !== undefined) requireSuper(principal);
        const text = await page.read(readGauges());
        response.setHeader('Content-Type', CONTENT_TYPE);
        response.end(text);
      },
    },
  ];
}
