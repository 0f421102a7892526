import { join } from 'node:path';
import { createSecrets } from '@bakerst/kit/secrets';
import { runCommand } from '../run-command.ts';
import { readSettings } from '../supervisor/read-settings.ts';
import { runSupervisor } from '../supervisor/run-supervisor.ts';
import { openStopRequest } from '../supervisor/stop-request.ts';
import { openTerminal } from '../terminal.ts';

/** The supervisor as scripts/start.ts runs it, with stand-ins for the services and for the offline model. */
const secrets = createSecrets();
const terminal = openTerminal(secrets);
await runCommand(terminal, async () => {
  const followParent = process.env['npm_lifecycle_event'] !== undefined;
  using stopRequest = openStopRequest({ followParent });
  const settings = readSettings(process.env, join(import.meta.dirname, '../..'));
  const entries = {
    brain: join(import.meta.dirname, 'stand-in-brain.ts'),
    worker: join(import.meta.dirname, 'stand-in-worker.ts'),
    // It reports and ends as a worker does.
    gateway: join(import.meta.dirname, 'stand-in-gateway.ts'),
  };
  const openOfflineModel = async () => ({
    url: 'http://127.0.0.1:9',
    [Symbol.asyncDispose]: async () => undefined,
  });
  const startPageBuild = () => ({
    readPid: () => undefined,
    done: Promise.resolve(true),
    [Symbol.dispose]: () => undefined,
  });
  const deps = { terminal, stopRequest, openOfflineModel, startPageBuild, hide: secrets.add };
  return await runSupervisor(deps, { ...settings, entries });
});
