import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { JobDispatch, type JobOutcome, type ModelConfig } from '@bakerst/contracts';
import { silentLogger } from '@bakerst/kit';
import { createFakeClock, type FakeClock } from '@bakerst/kit/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createAgentExecutor } from './run-agent.ts';

const MINUTE_MS = 60_000;

/** A model that never answers. */
let model: Server;
let clock: FakeClock;

beforeAll(async () => {
  model = createServer(() => undefined);
  model.listen(0, '127.0.0.1');
  await once(model, 'listening');
});
afterAll(() => {
  model.closeAllConnections();
  model.close();
});
beforeEach(() => {
  clock = createFakeClock();
});

/** Runs an agent up to its question to the model. */
async function runUntilAsked(signal: AbortSignal): Promise<{ ended: Promise<JobOutcome> }> {
  const executor = createAgentExecutor({
    readModelConfig: async () => toConfig(model.address() as AddressInfo),
    sandbox: { run: () => Promise.reject(new Error('no code is run here')) },
    env: {},
    clock,
    log: silentLogger,
    logLevel: 'silent',
  });
  const spec = { type: 'agent', job: 'compare two loaves' } as const;
  const dispatch = JobDispatch.parse({
    jobId: '0190a000-0000-7000-8000-000000000000',
    attempt: 1,
    replay: 'safe',
    org: 'home',
    user: 'gary',
    requestId: 'request-1',
    createdAt: 0,
    spec,
  });
  const asked = once(model, 'request');
  const ended = executor({ dispatch, attempt: 1, spec, signal });
  await asked;
  return { ended };
}

function toConfig({ port }: AddressInfo): ModelConfig {
  const models = join(import.meta.dirname, '../../../../operating_system/MODELS.json');
  return {
    connection: { apiKey: 'key', baseUrl: `http://127.0.0.1:${port}` },
    model: 'claude-sonnet-5-5',
    maxTokens: 100,
    maxTurns: 1,
    catalogue: readFileSync(models, 'utf8'),
    systemPrompt: 'You bake.',
  };
}

test('an agent that takes ten minutes is ended, and is not tried again', async () => {
  const { ended } = await runUntilAsked(new AbortController().signal);
  await clock.advance(10 * MINUTE_MS);
  expect(await ended).toMatchObject({ status: 'failed', error: { code: 'TIMEOUT' } });
});

test('an agent that is stopped before that may be tried again', async () => {
  const stop = new AbortController();
  const { ended } = await runUntilAsked(stop.signal);
  await clock.advance(10 * MINUTE_MS - 1);
  stop.abort();
  expect(await ended).toMatchObject({ status: 'retry', error: { code: 'AGENT_ENDED' } });
});
