import { AppError } from '@bakerst/kit';
import RateLimiterMemory from 'rate-limiter-flexible/lib/RateLimiterMemory.js';
import type { Principal } from '../principals/principal.ts';

const WINDOW_S = 60;
/** What the deliveries of a minute share: one costs more where fewer are taken. */
const DELIVERY_POINTS = 60_000;
/** Wrong credentials from one address in a minute (reliability.md, row 47). */
const BAD_LOGINS = 100;

export interface RateLimitOptions {
  /** Requests a minute of one user; a super credential has no limit. */
  readonly perUser: number;
  /** Requests a minute of one service, or of one administrator of an org. */
  readonly perService: number;
}

/** How often may be asked, counted in this process. Both throw AppError RATE_LIMIT_EXCEEDED. */
export interface RateLimits {
  /** Counts one request. */
  take(principal: Principal): Promise<void>;
  /** Counts one delivery to a trigger, which takes so many a minute. */
  takeDelivery(triggerId: string, perMinute: number): Promise<void>;
  /** Counts one wrong credential from an address. */
  noteBadLogin(address: string): Promise<void>;
}

export function createRateLimits({ perUser, perService }: RateLimitOptions): RateLimits {
  const users = new RateLimiterMemory({ points: perUser, duration: WINDOW_S });
  const services = new RateLimiterMemory({ points: perService, duration: WINDOW_S });
  const deliveries = new RateLimiterMemory({ points: DELIVERY_POINTS, duration: WINDOW_S });
  const logins = new RateLimiterMemory({ points: BAD_LOGINS, duration: WINDOW_S });
  return {
    async take(principal) {
      switch (principal.kind) {
        case 'super':
          return;
        case 'user':
          return await consume(users, `${principal.org}/${principal.user}`);
        case 'service':
          return await consume(services, `service/${principal.org ?? ''}/${principal.name}`);
        case 'org_admin':
          return await consume(services, `admin/${principal.org}`);
        default:
          return principal satisfies never;
      }
    },
    takeDelivery: (id, perMinute) =>
      consume(deliveries, id, Math.floor(DELIVERY_POINTS / perMinute)),
    noteBadLogin: (address) => consume(logins, address),
  };
}

async function consume(limiter: RateLimiterMemory, key: string, points = 1): Promise<void> {
  try {
    await limiter.consume(key, points);
  } catch (err) {
    if (err instanceof Error) throw err;
    throw tooMany(err);
  }
}

/** `window`: what the library rejects with. */
function tooMany(window: unknown): AppError {
  const { msBeforeNext } = { msBeforeNext: WINDOW_S * 1_000, ...Object(window) };
  return new AppError('RATE_LIMIT_EXCEEDED', 'too many requests: slow down', {
    reason: 'RATE_LIMIT_EXCEEDED',
    retryAfterMs: Math.max(1, Math.ceil(Number(msBeforeNext))),
  });
}
