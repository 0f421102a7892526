import { Api, addUsage, NO_USAGE, UsageReport } from '@bakerst/contracts';
import { AppError, type Clock } from '@bakerst/kit';
import { parseQuery } from '../http/parse-input.ts';
import { type Route, type RouteCall, sendJson } from '../http/route.ts';
import { type ResolveDeps, resolveScope } from '../principals/resolve-tenant.ts';
import type { UsageReader, UsageSum } from './ports.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
const DEFAULT_DAYS = 30;
/** Longest span that is summed up. */
const MAX_DAYS = 3_660;

export interface UsageRoutesDeps {
  readonly usage: UsageReader;
  readonly resolve: ResolveDeps;
  readonly clock: Pick<Clock, 'now'>;
}

/** What the model calls of a user or an org came to. */
export function createUsageRoutes(deps: UsageRoutesDeps): readonly Route[] {
  return [{ endpoint: Api.readUsage, handle: async (call) => answerUsage(deps, call) }];
}

function answerUsage(deps: UsageRoutesDeps, { request, response, principal }: RouteCall): void {
  const { by, from, to, ...named } = parseQuery(Api.readUsage.query, request.query);
  const scope = resolveScope(deps.resolve, principal, named);
  const last = to === undefined ? startOfDay(deps.clock.now()) : Date.parse(to);
  const first = from === undefined ? last - (DEFAULT_DAYS - 1) * DAY_MS : Date.parse(from);
  refuseBadSpan(first, last);
  const sums = deps.usage.sum(scope, by, { from: Math.max(0, first), to: last + DAY_MS });
  sendJson(response, UsageReport, {
    by,
    from: toDay(first),
    to: toDay(last),
    data: sums.map((sum) => ({ key: sum.key ?? null, ...toRow(sum) })),
    total: toRow(sums.reduce(add, NOTHING)),
  });
}

const NOTHING: UsageSum = { ...NO_USAGE, key: undefined, runs: 0, costUsd: 0, unpriced: 0 };

function add(one: UsageSum, other: UsageSum): UsageSum {
  return {
    ...addUsage(one, other),
    key: undefined,
    runs: one.runs + other.runs,
    costUsd: one.costUsd + other.costUsd,
    unpriced: one.unpriced + other.unpriced,
  };
}

function toRow({ key: _, costUsd, ...sums }: UsageSum) {
  return { ...sums, cost_usd: costUsd };
}

function refuseBadSpan(first: number, last: number): void {
  if (first <= last && last - first < MAX_DAYS * DAY_MS) return;
  throw new AppError(
    'VALIDATION_ERROR',
    `from must not be after to, nor more than ${MAX_DAYS} days before it`,
    { reason: 'INVALID_QUERY' },
  );
}

function startOfDay(at: number): number {
  return Math.floor(at / DAY_MS) * DAY_MS;
}

function toDay(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
