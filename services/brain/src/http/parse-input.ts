import { Named, type RefusalParams } from '@bakerst/contracts';
import { AppError } from '@bakerst/kit';
import type { z } from 'zod';
import type { RouteCall } from './route.ts';

/** Reads a body by its schema; throws AppError VALIDATION_ERROR with the finer reason of the first issue, else `reason`. */
export function parseBody<T extends z.ZodType>(
  schema: T,
  body: unknown,
  reason = 'INVALID_FIELD',
): z.output<T> {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new AppError('VALIDATION_ERROR', 'the body must be a JSON object', {
      reason: 'INVALID_BODY',
    });
  return parseInput(schema, body, reason);
}

/** Reads query parameters; one that is given twice is refused. */
export function parseQuery<T extends z.ZodType>(schema: T, query: unknown): z.output<T> {
  return parseInput(schema, query, 'INVALID_QUERY');
}

/** Reads parts of a path. */
export function parsePath<T extends z.ZodType>(schema: T, params: unknown): z.output<T> {
  return parseInput(schema, params, 'INVALID_PATH');
}

/** Who is named in the query and in the body of a POST, where the body counts more; the body may be left out. */
export function readNamed(
  { request, body }: RouteCall,
  inBody: Named = body === undefined ? {} : parseBody(Named, body),
): Named {
  const inQuery = parseQuery(Named, request.query);
  return { org: inBody.org ?? inQuery.org, user_id: inBody.user_id ?? inQuery.user_id };
}

function parseInput<T extends z.ZodType>(schema: T, input: unknown, fallback: string): z.output<T> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const message = issue === undefined ? 'the input does not fit' : describe(issue);
  throw new AppError('VALIDATION_ERROR', message, { reason: reasonOf(issue) ?? fallback });
}

type Issue = z.core.$ZodIssue;

function describe(issue: Issue): string {
  const path = issue.path.join('.');
  return path === '' || issue.message.includes(path) ? issue.message : `${path}: ${issue.message}`;
}

function reasonOf(issue: Issue | undefined): string | undefined {
  if (issue?.code === 'unrecognized_keys') return 'UNKNOWN_FIELD';
  if (issue?.code !== 'custom') return undefined;
  const reason: RefusalParams['reason'] | unknown = issue.params?.['reason'];
  return typeof reason === 'string' ? reason : undefined;
}
