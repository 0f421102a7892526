import type { Endpoint } from '@bakerst/contracts';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Principal } from '../principals/principal.ts';

/** A request that has passed the border: authenticated, its body read. */
export interface RouteCall {
  readonly request: Request;
  readonly response: Response;
  readonly principal: Principal;
  readonly requestId: string;
  /** Parsed JSON of a POST; undefined for other methods. */
  readonly body: unknown;
}

/** An endpoint of the API with what answers it. */
export interface Route {
  readonly endpoint: Endpoint;
  handle(call: RouteCall): Promise<void>;
}

/** Whether whoever opened an answer that lasts may still have it: a revoked token ends its streams too. */
export function isStillAllowed({ locals }: Response): boolean {
  const check: unknown = locals['isStillAllowed'];
  return typeof check !== 'function' || check() === true;
}

/** Sends JSON; `schema` keeps the answer what the contract says it is. */
export function sendJson<T extends z.ZodType>(
  response: Response,
  schema: T,
  body: z.input<T>,
): void {
  response.json(schema.parse(body));
}
