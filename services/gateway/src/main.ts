import { createLogger, openHealthServer, randomId, runService, systemClock } from '@bakerst/kit';
import { createSecrets, secretsIn } from '@bakerst/kit/secrets';
import { createGateway } from './app.ts';
import { type GatewayConfig, readConfig } from './config.ts';
import { readFaults } from './faults.ts';

/** How long what has begun to be sent may take to end after SIGTERM; the next gateway marks it as a possible repeat then. */
const DRAIN_MS = 8_000;
/** What has not ended by then is left: the process ends within 10 s. */
const LEAVE_MS = 9_000;

const clock = systemClock;
const secrets = createSecrets(secretsIn(process.env));
const level = process.env['LOG_LEVEL'] ?? 'info';
const log = createLogger({ service: 'gateway', level, secrets });

await runService(log, start, { secrets });

async function start(open: AsyncDisposableStack): Promise<void> {
  const config = readConfig(process.env);
  const gateway = createGateway({
    config,
    clock,
    log,
    newId: randomId,
    faults: readFaults(process.argv),
  });
  await openHealth(open, config, gateway.isReady);
  const stopping = new AbortController();
  const ending = new AbortController();
  const served = gateway.serve(stopping.signal, ending.signal);
  open.defer(async () => {
    stopping.abort(new Error('the gateway stops'));
    using _late = clock.after(DRAIN_MS, () => ending.abort(new Error('the gateway has stopped')));
    await Promise.race([served, clock.sleep(LEAVE_MS)]);
    log.info({}, 'gateway stopped');
  });
  log.info({}, 'gateway started');
}

async function openHealth(
  open: AsyncDisposableStack,
  { healthPort: port, healthHost: host }: GatewayConfig,
  isReady: () => boolean,
): Promise<void> {
  if (port === undefined) return;
  open.use(await openHealthServer({ port, host, service: 'gateway', isReady }));
}
