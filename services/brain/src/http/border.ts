import { isUtf8 } from 'node:buffer';
import { isDeeperThan } from '@bakerst/contracts';
import type { NewId } from '@bakerst/kit';
import { AppError } from '@bakerst/kit';
import express, { type Request, type RequestHandler } from 'express';

/** Largest JSON body; a message of 32,000 characters takes 192 KB at most when every one is escaped. */
const BODY_LIMIT = '256kb';
/** Levels of a JSON body; nobody writes more by hand, and what is stored must be readable for everybody. */
const BODY_MAX_DEPTH = 100;
const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;
const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
/** How the cluster names the brain. */
const SERVICE_HOST = /^brain(\.[a-z0-9-]+(\.svc(\.cluster\.local)?)?)?$/;

/** Names each request; an id from outside is kept when it is harmless. */
export function nameRequest(newId: NewId): RequestHandler {
  return (request, response, next) => {
    const given = request.headers['x-request-id'];
    const id = typeof given === 'string' && REQUEST_ID.test(given) ? given : newId();
    response.locals['requestId'] = id;
    response.setHeader('X-Request-Id', id);
    next();
  };
}

/** Refuses a Host that is not ours: a page that rebinds its own name to this machine gets nothing (421). */
export function checkHost(publicUrl: string | undefined, bindAddress: string): RequestHandler {
  const own = new Set([
    ...LOOPBACK_HOSTS,
    bindAddress,
    ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname]),
  ]);
  return (request, _response, next) => {
    // Whoever stands between us and the client may believe another one than we do.
    if (request.headersDistinct['host']?.length !== 1) {
      next(noHost());
      return;
    }
    const host = hostOf(request.headers.host ?? '');
    if (own.has(host) || SERVICE_HOST.test(host)) next();
    else next(wrongHost(host));
  };
}

function noHost(): AppError {
  return new AppError('VALIDATION_ERROR', 'there must be one Host header', {
    reason: 'INVALID_REQUEST',
  });
}

/** The name in a Host header, without its port. */
function hostOf(header: string): string {
  try {
    return new URL(`http://${header}`).hostname;
  } catch {
    return '';
  }
}

function wrongHost(host: string): AppError {
  const line = /^[a-z0-9.-]+$/.test(host) ? `: set PUBLIC_URL=http://${host} to allow it` : '';
  return new AppError('VALIDATION_ERROR', `this host name is not allowed here${line}`, {
    reason: 'HOST_NOT_ALLOWED',
    status: 421,
  });
}

/** TRACE would hand headers back to whoever can make a browser send it. */
export const refuseTrace: RequestHandler = (request, response, next) => {
  if (request.method !== 'TRACE') {
    next();
    return;
  }
  response.setHeader('Allow', 'GET, POST');
  next(methodNotAllowed());
};

export function methodNotAllowed(): AppError {
  return new AppError('METHOD_NOT_ALLOWED', 'this method is not allowed here', {
    reason: 'METHOD_NOT_ALLOWED',
  });
}

const readJson = express.json({
  limit: BODY_LIMIT,
  strict: true,
  type: 'application/json',
  // Decoding would put U+FFFD where the sender had something else.
  verify: (_request, _response, body) => {
    if (!isUtf8(body)) throw new Error('not UTF-8');
  },
});

/** Reads a JSON body; anything but JSON is refused rather than taken for nothing, and so is what is nested too deep. */
export function readBody(isOptional: boolean): RequestHandler {
  return (request, response, next) => {
    if (isEmpty(request)) {
      if (isOptional) next();
      else next(emptyBody());
      return;
    }
    if (request.is('application/json') !== 'application/json') {
      next(notJson());
      return;
    }
    readJson(request, response, (err?: unknown) => {
      if (err === undefined && isDeeperThan(BODY_MAX_DEPTH, request.body)) next(tooDeep());
      else next(err);
    });
  };
}

const readBytes = express.raw({ limit: BODY_LIMIT, type: () => true });

/** Reads a JSON body as the bytes that came. */
export const readRawBody: RequestHandler = (request, response, next) => {
  if (isEmpty(request)) next(emptyBody());
  else if (request.is('application/json') !== 'application/json') next(notJson());
  else readBytes(request, response, next);
};

/** Throws AppError VALIDATION_ERROR for bytes that are no JSON, or nest too deep. */
export function parseBytes(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw notParsed();
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (isDeeperThan(BODY_MAX_DEPTH, value)) throw tooDeep();
    return value;
  } catch (err) {
    throw err instanceof AppError ? err : notParsed();
  }
}

function notParsed(): AppError {
  return new AppError('VALIDATION_ERROR', 'the body is no JSON', { reason: 'INVALID_JSON' });
}

function isEmpty({ headers }: Request): boolean {
  const length = headers['content-length'];
  return length === '0' || (length === undefined && headers['transfer-encoding'] === undefined);
}

function emptyBody(): AppError {
  return new AppError('VALIDATION_ERROR', 'the body is empty', { reason: 'INVALID_BODY' });
}

function tooDeep(): AppError {
  return new AppError(
    'VALIDATION_ERROR',
    `the body is nested deeper than ${BODY_MAX_DEPTH} levels`,
    {
      reason: 'JSON_TOO_DEEP',
    },
  );
}

function notJson(): AppError {
  return new AppError('UNSUPPORTED_MEDIA_TYPE', 'the body must be application/json', {
    reason: 'UNSUPPORTED_MEDIA_TYPE',
  });
}
