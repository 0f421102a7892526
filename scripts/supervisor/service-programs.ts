import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { type Service, variablesFor } from '../env/variables.ts';
import type { NatsUser } from '../nats/permissions.ts';
import type { Program } from '../programs/keep-running.ts';
import type { Log } from '../programs/open-log.ts';
import { spawnService } from '../programs/spawn-service.ts';
import type { Settings } from './read-settings.ts';

/** A worker lets running jobs end for 35 s; a brain hands its leases over in 25 s. */
const GRACE_MS = 35_000;

/** A worker and a gateway pass messages on and keep nothing: a small young generation is enough, and saves 3 to 6 MB. */
const NODE_FLAGS: Readonly<Record<Service, readonly string[]>> = {
  brain: ['--disable-warning=ExperimentalWarning'],
  worker: ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=1'],
  gateway: ['--disable-warning=DeprecationWarning', '--max-semi-space-size=1'],
};

/** What services need that the person does not set. */
export interface ServiceSurroundings {
  readonly dataDir: string;
  readonly authToken: string;
  readonly ownerToken: string;
  /** By which the gateway speaks to the brain; undefined without a gateway. */
  readonly gatewayToken: string | undefined;
  readonly offlineModelUrl: string | undefined;
  readonly natsUrlFor: (service: NatsUser) => string;
  readonly lifeline: () => Writable | undefined;
  /** Of the process that builds the page, as long as it does: a brain is ready when it has ended. */
  readonly pageBuilder: () => number | undefined;
}

/** The environment of one service: the variables that are meant for it, what was generated, and nothing else of the person's. */
function serviceEnv(
  service: Service,
  settings: Settings,
  around: ServiceSurroundings,
): Readonly<Record<string, string>> {
  const own = {
    ...variablesFor(service, settings.env),
    NODE_COMPILE_CACHE: join(settings.root, '.cache', 'compile'),
  };
  const { gatewayToken } = around;
  if (service === 'gateway')
    return { ...own, BAKERST_URL: settings.url, BAKERST_TOKEN: gatewayToken ?? '' };
  const shared = { ...own, NATS_URL: around.natsUrlFor(service) };
  if (service === 'worker') return shared;
  return {
    ...shared,
    ...(gatewayToken !== undefined && { GATEWAY_TOKEN: gatewayToken }),
    PORT: String(settings.port),
    BIND_ADDRESS: settings.bindAddress,
    BAKERST_DATA_DIR: around.dataDir,
    AUTH_TOKEN: around.authToken,
    OWNER_TOKEN: around.ownerToken,
    ...(around.offlineModelUrl !== undefined && { OFFLINE_MODEL_URL: around.offlineModelUrl }),
  };
}

interface ServicePlace {
  readonly name: string;
  readonly service: Service;
  readonly log: Log;
}

/** A service as a program that can be started any number of times. */
export function serviceProgram(
  { name, service, log }: ServicePlace,
  settings: Settings,
  around: ServiceSurroundings,
): Program {
  const env = serviceEnv(service, settings, around);
  const moment = (): Readonly<Record<string, string>> => {
    const pid = service === 'brain' ? around.pageBuilder() : undefined;
    return pid === undefined ? {} : { PAGE_BUILDER_PID: String(pid) };
  };
  return {
    name,
    logFile: log.file,
    graceMs: GRACE_MS,
    start: async () =>
      spawnService({
        name,
        root: settings.root,
        entry: settings.entries[service],
        nodeFlags: NODE_FLAGS[service],
        env: { ...env, ...moment() },
        logFd: log.fd,
        // The gateway knows nothing of NATS.
        lifeline: service === 'gateway' ? undefined : around.lifeline(),
      }),
  };
}
