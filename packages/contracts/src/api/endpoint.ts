import type { z } from 'zod';
import type { ErrorCode } from '../error-codes.ts';

export type HttpVerb = 'get' | 'post' | 'put' | 'patch' | 'delete';

type FileType =
  | 'text/markdown'
  | 'text/plain'
  | 'image/png'
  | 'image/jpeg'
  | 'image/gif'
  | 'image/webp'
  | 'application/pdf'
  | 'application/jsonl';

/** What an endpoint sends back besides JSON. `schema` is that of one `data:` line of a stream. */
export type Answer =
  | z.ZodType
  | { readonly media: 'text/event-stream'; readonly schema: z.ZodType }
  | { readonly media: FileType }
  | { readonly media: 'none' };

/** A route of the API as everybody sees it: the brain serves it, the client calls it, the OpenAPI document describes it. */
export interface Endpoint {
  readonly method: HttpVerb;
  /** With its parameters in braces: `/api/v1/runs/{id}`. */
  readonly path: string;
  readonly tag: string;
  /** What it does, in a line. */
  readonly summary: string;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** The body may be left out. */
  readonly isBodyOptional?: true;
  /** The body is handed on as the bytes that came: whoever signed it signed these. */
  readonly isRawBody?: true;
  /** The body is a file in a form instead of JSON. */
  readonly isUpload?: true;
  /** What is posted to the `progress_callback_url` of the body. */
  readonly callback?: z.ZodType;
  /** An Idempotency-Key is kept: the same key starts nothing twice. */
  readonly isKeyed?: true;
  /** The answers carry an ETag; a change that names an old one (`If-Match`) is refused. */
  readonly isTagged?: true;
  /** A stream goes on behind the Last-Event-ID that is given. */
  readonly isResumable?: true;
  /** Answers without a token. */
  readonly isOpen?: true;
  /** Successes by their status; several where the caller chooses a format. */
  readonly answers: Readonly<Record<number, Answer | readonly Answer[]>>;
  /** Headers of the successes that say something. */
  readonly headers?: readonly string[];
  /** Refusals besides the ones that every endpoint has. */
  readonly errors?: readonly ErrorCode[];
}

/** Keeps the literal types of an endpoint. */
export function endpoint<const E extends Endpoint>(described: E): E {
  return described;
}
