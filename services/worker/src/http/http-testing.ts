import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { JobDispatch, type JobOutcome, type JobSpec } from '@bakerst/contracts';
import { systemClock } from '@bakerst/kit';
import { parseAllowedHosts, type ResolveAll } from '@bakerst/kit/url-guard';
import { createHttpExecutor } from './run-http.ts';

type HttpSpec = Extract<JobSpec, { type: 'http' }>;
type Handler = (request: IncomingMessage, response: ServerResponse) => void;

interface Call {
  readonly spec?: Partial<HttpSpec>;
  readonly replay?: 'safe' | 'keyed' | 'never';
  readonly resolveAll?: ResolveAll;
  readonly signal?: AbortSignal;
  readonly allowed?: readonly string[];
}

/** A server on loopback, and http jobs that find it as oven.test and as other.test. */
export interface TestOven extends Disposable {
  readonly port: number;
  /** What came in since the last `answer`. */
  readonly requests: readonly IncomingMessage[];
  /** From now on. */
  answer(handler: Handler): void;
  /** Executes a job that asks for a path of oven.test, or for a whole URL. */
  run(path: string, call?: Call): Promise<JobOutcome>;
}

export async function openTestOven(): Promise<TestOven> {
  const requests: IncomingMessage[] = [];
  let handle: Handler = answerWith(200);
  const server = createServer((request, response) => {
    requests.push(request);
    handle(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return {
    port,
    requests,
    answer(handler) {
      handle = handler;
      requests.length = 0;
    },
    run: (path, call = {}) => run(port, path, call),
    [Symbol.dispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

export const JOB_ID = '0190a000-0000-7000-8000-000000000000';

async function run(port: number, path: string, call: Call): Promise<JobOutcome> {
  const { spec = {}, replay = 'safe', resolveAll = resolveTo(['127.0.0.1']) } = call;
  const { signal = new AbortController().signal } = call;
  const { allowed = [`oven.test:${port}`, `other.test:${port}`] } = call;
  const full: HttpSpec = {
    type: 'http',
    url: path.startsWith('http') ? path : `http://oven.test:${port}${path}`,
    method: 'GET',
    headers: {},
    timeoutMs: 10_000,
    ...spec,
  };
  const dispatch = JobDispatch.parse({
    jobId: JOB_ID,
    attempt: 1,
    replay,
    org: 'home',
    user: 'gary',
    requestId: 'request-1',
    createdAt: 0,
    spec: full,
  });
  const allowedHosts = parseAllowedHosts(allowed);
  const executor = createHttpExecutor({ allowedHosts, clock: systemClock, resolveAll });
  return await executor({ dispatch, attempt: 1, spec: full, signal });
}

/** Resolves each name to what the test says, by turns the one and the next. */
export function resolveTo(...answers: readonly (readonly string[])[]): ResolveAll {
  let call = 0;
  return (_name, _options, done) => {
    const addresses = answers[call++ % answers.length] ?? [];
    const found: LookupAddress[] = addresses.map((address) => ({
      address,
      family: address.includes(':') ? 6 : 4,
    }));
    setImmediate(() => done(null, found));
  };
}

export function answerWith(
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body: string | Buffer = '',
): Handler {
  return (_request, response) => response.writeHead(status, headers).end(body);
}
