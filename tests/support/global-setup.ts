import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Api, createOpenApi } from '@bakerst/contracts';
import type { TestProject } from 'vitest/node';
import { findKubectl } from '../../scripts/cluster/find-kubectl.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the nats-server that tests start. */
    natsServer: string;
    /** The API's description of itself, as JSON. */
    openApiFile: string;
    /** Path of the browser for tests of the page; empty where only others run. */
    browser: string;
    /** Whether pictures of all pages are left in .cache/screenshots: SCREENSHOTS=1. */
    screenshots: boolean;
    /** A kubectl that renders k8s/; empty without one: what is kept in tests/k8s/renders has to do then. */
    kubectl: string;
    /** Whether what takes minutes is waited for, too: TEST_LONG=1. */
    isLong: boolean;
    /** Whether images are built and run: TEST_IMAGES=1. */
    images: boolean;
    /** A Qdrant whose collection of memories may be lost; without one a fake has to do. */
    qdrant: { readonly url: string | undefined; readonly apiKey: string | undefined };
  }
}

const OPEN_API = join(import.meta.dirname, '../../.cache/tests/openapi.json');
const BOOTSTRAP = join(import.meta.dirname, '../../scripts/bootstrap.mjs');

export async function setup(project: TestProject): Promise<void> {
  const path = process.env['NATS_SERVER'];
  if (path === undefined)
    throw new Error('NATS_SERVER is not set: run the tests by "npm test", which finds one');
  // The services are tested as they are started: put together, from the sources of this moment.
  execFileSync(process.execPath, [BOOTSTRAP, '--services'], { stdio: 'inherit' });
  mkdirSync(dirname(OPEN_API), { recursive: true });
  writeFileSync(OPEN_API, JSON.stringify(createOpenApi(Api, 'tests')));
  project.provide('openApiFile', OPEN_API);
  project.provide('natsServer', path);
  project.provide('browser', process.env['CHROME_PATH'] ?? '');
  project.provide('screenshots', process.env['SCREENSHOTS'] === '1');
  project.provide('kubectl', (await findKubectl(process.env)) ?? '');
  project.provide('isLong', process.env['TEST_LONG'] === '1');
  project.provide('images', process.env['TEST_IMAGES'] === '1');
  const { QDRANT_URL: url, QDRANT_API_KEY: apiKey } = process.env;
  project.provide('qdrant', { url, apiKey });
}
