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

/** One route of the API behind a token. */
export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  readonly path: string;
  /** The body may be left out. */
  readonly isBodyOptional?: true;
  handle(call: RouteCall): Promise<void>;
}

/** Sends JSON; `schema` keeps the answer what the contract says it is. */
export function sendJson<T extends z.ZodType>(
  response: Response,
  schema: T,
  body: z.input<T>,
): void {
  response.json(schema.parse(body));
}
