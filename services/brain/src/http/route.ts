import type { Endpoint } from '@bakerst/contracts';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { Credential, Principal } from '../principals/principal.ts';

/** A request that has passed the border, of whomever; its body is read. */
export interface OpenCall {
  readonly request: Request;
  readonly response: Response;
  readonly requestId: string;
  /** Parsed JSON of a POST; undefined for other methods. */
  readonly body: unknown;
}

/** The same of somebody who is known. */
export interface RouteCall extends OpenCall {
  readonly principal: Principal;
  /** By what the principal is known. */
  readonly credential: Credential;
}

interface ClosedRoute {
  readonly endpoint: Endpoint;
  handle(call: RouteCall): Promise<void>;
}

interface OpenRoute {
  readonly endpoint: Endpoint & { readonly isOpen: true };
  handleOpen(call: OpenCall): Promise<void>;
}

/** An endpoint of the API with what answers it. */
export type Route = ClosedRoute | OpenRoute;

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
