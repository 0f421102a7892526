import { join } from 'node:path';
import { awaitFreePort } from '../local/local-port.ts';
import { readOrCreateSecret } from '../local/private-file.ts';
import { findNatsServer } from '../nats/find-nats-server.ts';
import { type KeptNatsServer, keepNatsServer } from '../nats/keep-nats-server.ts';
import { type KeptProgram, keepRunning } from '../programs/keep-running.ts';
import { openLog } from '../programs/open-log.ts';
import type { StartPageBuild } from './build-page.ts';
import type { Settings } from './read-settings.ts';
import { type ServiceSurroundings, serviceProgram } from './service-programs.ts';

/** A brain of an earlier start may hold the port for a moment after its supervisor is gone. */
const PORT_WAIT_MS = 3000;
const SAY_EVERY_MS = 5000;

/** The model that answers without a key, served from this process. */
export type OpenOfflineModel = (at: {
  readonly port: number;
  readonly host: string;
}) => Promise<{ readonly url: string } & AsyncDisposable>;

export interface SystemDeps {
  readonly settings: Settings;
  readonly openOfflineModel: OpenOfflineModel;
  readonly startPageBuild: StartPageBuild;
  readonly say: (line: string) => void;
  /** Told of every secret that is made or read here. */
  readonly hide: (secret: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Starts everything, as much as possible at once: services start while nats-server does, for their client waits for it.
 * All is put on `open`, so that it ends in this order: services, the offline model, nats-server.
 */
export async function openSystem(
  deps: SystemDeps,
  dataDir: string,
  open: AsyncDisposableStack,
): Promise<readonly KeptProgram[]> {
  const { settings, signal } = deps;
  await awaitFreePort(settings.port, { host: settings.bindAddress, waitMs: PORT_WAIT_MS, signal });
  const page = open.use(deps.startPageBuild(settings.root));
  void page.done.then((isBuilt) => {
    if (!isBuilt && !signal.aborted) deps.say('going on without a new page; the API is there');
  });
  const nats = await openNats(deps, dataDir, open);
  const offlineModel = await openModel(deps, open);
  const authToken = settings.authToken ?? readOrCreateSecret(join(dataDir, 'auth-token'));
  const ownerToken = readOrCreateSecret(join(dataDir, 'owner-token'));
  const gatewayToken = settings.hasTelegram
    ? settings.env['GATEWAY_TOKEN'] || readOrCreateSecret(join(dataDir, 'gateway-token'))
    : undefined;
  for (const token of [authToken, ownerToken, gatewayToken ?? ''])
    if (token !== '') deps.hide(token);
  const services = startServices(deps, open, {
    dataDir,
    authToken,
    ownerToken,
    gatewayToken,
    offlineModelUrl: offlineModel?.url,
    natsUrlFor: (service) => settings.natsUrl ?? nats?.urlFor(service) ?? '',
    lifeline: () => nats?.lifeline(),
    pageBuilder: page.readPid,
  });
  return nats === undefined ? services : [nats.kept, ...services];
}

async function openNats(
  { settings, say, hide, signal }: SystemDeps,
  dataDir: string,
  open: AsyncDisposableStack,
): Promise<KeptNatsServer | undefined> {
  if (settings.natsUrl !== undefined) return undefined;
  const { file } = await findNatsServer({ env: settings.env, say, signal });
  const nats = open.use(await keepNatsServer({ program: file, dataDir, say }));
  for (const user of ['brain', 'worker'] as const) hide(new URL(nats.urlFor(user)).password);
  return nats;
}

async function openModel(
  { settings, openOfflineModel }: SystemDeps,
  open: AsyncDisposableStack,
): Promise<{ readonly url: string } | undefined> {
  if (settings.model !== 'offline') return undefined;
  return open.use(await openOfflineModel({ port: 0, host: '127.0.0.1' }));
}

function startServices(
  { settings, say }: SystemDeps,
  open: AsyncDisposableStack,
  around: ServiceSurroundings,
): readonly KeptProgram[] {
  const names = [
    { name: 'brain', service: 'brain' as const },
    ...Array.from({ length: settings.workers }, (_, index) => ({
      name: index === 0 ? 'worker' : `worker-${index + 1}`,
      service: 'worker' as const,
    })),
    ...(settings.hasTelegram ? [{ name: 'gateway', service: 'gateway' as const }] : []),
  ];
  const logDir = join(around.dataDir, 'logs');
  const kept = names.map(({ name, service }) => {
    const log = open.use(openLog(join(logDir, `${name}.log`)));
    return keepRunning(serviceProgram({ name, service, log }, settings, around), say);
  });
  open.defer(async () => {
    const timer = setInterval(() => say('still finishing running work'), SAY_EVERY_MS).unref();
    // What the gateway has sent it tells the brain before it ends; a brain that has gone hears nothing of it.
    await endAll(kept.filter(({ name }) => name === 'gateway'));
    await endAll(kept);
    clearInterval(timer);
  });
  return kept;
}

/** Together, not one after the other: each may take its time to finish what it does. */
async function endAll(programs: readonly KeptProgram[]): Promise<void> {
  await Promise.all(programs.map((program) => program[Symbol.asyncDispose]()));
}
