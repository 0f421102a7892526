import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the nats-server that tests start. */
    natsServer: string;
  }
}

export function setup(project: TestProject): void {
  const path = process.env['NATS_SERVER'];
  if (path === undefined)
    throw new Error('NATS_SERVER is not set: run the tests by "npm test", which finds one');
  project.provide('natsServer', path);
}
