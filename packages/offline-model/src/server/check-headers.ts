import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from '../api/api-error.ts';

const VERSIONS = new Set(['2023-01-01', '2023-06-01', '2026-10-21']);
const BEARER = /^bearer (.+)$/i;

/** Refuses a request without a key, or with another one than `apiKey` where that is given. */
export function checkKey(headers: IncomingHttpHeaders, apiKey: string | undefined): void {
  const key = readHeader(headers, 'x-api-key');
  const bearer = BEARER.exec(headers.authorization ?? '')?.[1];
  if (key === undefined && bearer === undefined)
    throw new ApiError(401, 'x-api-key header is required');
  if (apiKey === undefined || key === apiKey || bearer === apiKey) return;
  throw new ApiError(401, key === undefined ? 'invalid bearer token' : 'invalid x-api-key');
}

export function checkVersion(headers: IncomingHttpHeaders): void {
  const version = readHeader(headers, 'anthropic-version');
  if (version === undefined) throw new ApiError(400, 'anthropic-version: header is required');
  if (!VERSIONS.has(version))
    throw new ApiError(400, `anthropic-version: "${version}" is not a valid version`);
}

function readHeader(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
