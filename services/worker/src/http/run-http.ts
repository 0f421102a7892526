import type { JobOutcome } from '@bakerst/contracts';
import { AppError, type Clock } from '@bakerst/kit';
import { type AllowedHosts, checkUrl, type ResolveAll, sendChecked } from '@bakerst/kit/url-guard';
import type { Attempt, Executor } from '../executor.ts';
import { ACCEPTED_ENCODINGS, type HttpAnswer, readAnswer } from './read-answer.ts';
import { type Hop, redirect } from './redirect.ts';

/** Redirects that are followed; each is checked like the first address. */
const MAX_REDIRECTS = 3;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export interface HttpExecutorDeps {
  readonly allowedHosts: AllowedHosts;
  readonly clock: Clock;
  /** How names are resolved; the system's way unless a test says otherwise. */
  readonly resolveAll?: ResolveAll;
}

/**
 * Executes http jobs: one request, to a public address or one that was opened by hand, redirects included. An answer of
 * whatever status completes the job, also one that does not end within the job's time. A request that certainly did not
 * leave is tried again; one that left and was not answered is only tried again when it may be.
 */
export function createHttpExecutor(deps: HttpExecutorDeps): Executor<'http'> {
  return async (attempt) => {
    const sent = { hasLeft: false };
    try {
      const answer = await follow(deps, attempt, sent);
      return { status: 'completed', result: toResult(answer) };
    } catch (err) {
      return toOutcome(err, { sent, signal: attempt.signal });
    }
  };
}

interface Sent {
  /** Bytes of the request have been handed to a connection. */
  hasLeft: boolean;
}

async function follow(
  deps: HttpExecutorDeps,
  { dispatch, spec, signal }: Attempt<'http'>,
  sent: Sent,
): Promise<HttpAnswer> {
  const timeout = new AbortController();
  using _timer = deps.clock.after(spec.timeoutMs, () =>
    timeout.abort(new TimedOut(spec.timeoutMs)),
  );
  const common = {
    signal: AbortSignal.any([signal, timeout.signal]),
    onLeft: (): void => {
      sent.hasLeft = true;
    },
    resolveAll: deps.resolveAll,
  };
  let next: Hop = {
    method: spec.method,
    url: spec.url,
    headers: withKey(dispatch, spec),
    body: spec.body,
  };
  for (let hops = 0; ; hops++) {
    const checked = checkUrl(next.url, deps.allowedHosts);
    const headers = { 'Accept-Encoding': ACCEPTED_ENCODINGS, ...next.headers };
    const incoming = await sendChecked({ ...next, ...common, headers, checked });
    const { statusCode: status = 0, headers: told } = incoming;
    const target = REDIRECTS.has(status) ? told.location : undefined;
    if (target === undefined) return await readAnswer(incoming, next.method, timeout.signal);
    // Nobody reads what it says besides.
    incoming.on('error', () => undefined).destroy();
    if (hops >= MAX_REDIRECTS)
      throw new AppError('VALIDATION_ERROR', `more than ${MAX_REDIRECTS} redirects`, {
        reason: 'TOO_MANY_REDIRECTS',
      });
    next = redirect(next, { status, target, from: checked.url });
  }
}

/** The same key with every attempt, the job's own if it has one: a server that knows it does nothing twice. */
function withKey(
  { jobId, replay }: Attempt['dispatch'],
  { headers }: Attempt<'http'>['spec'],
): Readonly<Record<string, string>> {
  const hasKey = Object.keys(headers).some((name) => name.toLowerCase() === 'idempotency-key');
  return replay === 'keyed' && !hasKey ? { ...headers, 'Idempotency-Key': jobId } : headers;
}

function toResult({ status, contentType, body, isCut }: HttpAnswer) {
  return { status, content_type: contentType ?? null, body, truncated: isCut };
}

class TimedOut extends Error {
  constructor(ms: number) {
    super(`no whole answer within ${ms} ms`);
  }
}

interface Circumstances {
  readonly sent: Sent;
  readonly signal: AbortSignal;
}

function toOutcome(err: unknown, { sent, signal }: Circumstances): JobOutcome {
  if (err instanceof AppError)
    return { status: 'failed', error: { code: err.reason ?? err.code, message: err.message } };
  const message = err instanceof Error ? err.message : String(err);
  if (!sent.hasLeft && !signal.aborted)
    return { status: 'retry', error: { code: 'NOT_REACHED', message } };
  return { status: 'unknown', error: { code: 'NO_ANSWER', message } };
}
