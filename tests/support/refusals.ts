import { ErrorBody } from '@bakerst/contracts';
import { expect } from 'vitest';
import { OWNER_TOKEN, SUPER_TOKEN, type System } from './system.ts';

export const CHAT = '/api/v1/chat';
export const STREAM = '/api/v1/chat/stream';
export const JOBS = '/api/v1/jobs';
/** A run that looks like one and does not exist. */
export const NO_RUN = '/api/v1/runs/0190a000-0000-7000-8000-000000000000';
export const JSON_TYPE = { 'Content-Type': 'application/json' };
export const OWNER = { Authorization: `Bearer ${OWNER_TOKEN}` };
export const SUPER = { Authorization: `Bearer ${SUPER_TOKEN}` };
export const HELLO = { message: 'hello' };
export const INVALID = { status: 400, code: 'VALIDATION_ERROR' } as const;

interface Refusal {
  readonly status: number;
  readonly code?: ErrorBody['code'];
  readonly reason?: string;
}

/** A request that must be refused: name, path, request, refusal. */
export type Row = readonly [string, string, RequestInit, Refusal];

export function post(body: unknown, headers: Readonly<Record<string, string>> = {}): RequestInit {
  return {
    method: 'POST',
    headers: { ...OWNER, ...JSON_TYPE, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

export function sendBytes(
  body: Buffer<ArrayBuffer>,
  headers: Readonly<Record<string, string>>,
): RequestInit {
  return { method: 'POST', headers: { ...OWNER, ...JSON_TYPE, ...headers }, body };
}

/** The answer is JSON of our form, says what it should, and shows nothing of the inside. */
export async function expectRefused(
  system: System,
  [, path, request, { status, ...body }]: Row,
): Promise<void> {
  const response = await fetch(`${system.url}${path}`, request);
  const text = await response.text();
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  const refusal = ErrorBody.parse(JSON.parse(text));
  expect({ status: response.status, ...refusal }).toMatchObject({ status, ...body });
  expect(refusal.request_id).toBe(response.headers.get('x-request-id'));
  expect(text).not.toMatch(/<html|\bat .*\.(ts|js):\d+|node_modules/i);
}

/** Whatever was refused has left nothing behind. */
export function expectNothingStored(system: System): void {
  expect(system.query('SELECT 1 FROM run')).toEqual([]);
  expect(system.query('SELECT 1 FROM job')).toEqual([]);
}
