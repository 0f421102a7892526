import { ErrorBody } from '@bakerst/contracts';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { OWNER_TOKEN, SUPER_TOKEN, type System, startSystem } from './system.ts';

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

/** JSON of a list in a list in a list. */
export function nested(levels: number): string {
  return `${'['.repeat(levels)}${']'.repeat(levels)}`;
}

export function sendBytes(
  body: Buffer<ArrayBuffer>,
  headers: Readonly<Record<string, string>>,
): RequestInit {
  return { method: 'POST', headers: { ...OWNER, ...JSON_TYPE, ...headers }, body };
}

/** Tests over real HTTP that each request is refused as its row says, and leaves nothing behind. */
export function testRefusals(groups: Readonly<Record<string, readonly Row[]>>): void {
  const system = useIdleSystem();
  for (const [group, rows] of Object.entries(groups))
    test.each(rows)(`${group}: %s is refused`, async (...row) => {
      await expectRefused(system().url, row);
    });
}

/** A system without workers for the tests of a file; whatever they send, nothing may be stored. */
export function useIdleSystem(): () => System {
  let system: System;
  beforeAll(async () => {
    system = await startSystem({ workers: 0 });
  });
  afterAll(() => system[Symbol.asyncDispose]());
  afterEach(() => {
    expect(system.query('SELECT 1 FROM run')).toEqual([]);
    expect(system.query('SELECT 1 FROM job')).toEqual([]);
  });
  return () => system;
}

/** The answer is JSON of our form, says what it should, and shows nothing of the inside. */
async function expectRefused(
  url: string,
  [, path, request, { status, ...body }]: Row,
): Promise<void> {
  const response = await fetch(`${url}${path}`, request);
  const text = await response.text();
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  const refusal = ErrorBody.parse(JSON.parse(text));
  expect({ status: response.status, ...refusal }).toMatchObject({ status, ...body });
  expect(refusal.request_id).toBe(response.headers.get('x-request-id'));
  expect(text).not.toMatch(/<html|\bat .*\.(ts|js):\d+|node_modules/i);
}
