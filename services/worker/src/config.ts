import { join } from 'node:path';
import { JobType } from '@bakerst/contracts';
import { type Env, envFlag, envInt, envList, envString, StartError } from '@bakerst/kit';
import { type AllowedHosts, parseAllowedHosts } from '@bakerst/kit/url-guard';
import { z } from 'zod';

/** The repository's own, beside the services. */
const SHIPPED_OPERATING_SYSTEM = join(import.meta.dirname, '../../../operating_system');

const NETWORK_VARIABLES = ['HTTPS_PROXY', 'NO_PROXY', 'NODE_USE_ENV_PROXY', 'NODE_EXTRA_CA_CERTS'];

export interface WorkerConfig {
  readonly natsUrl: string;
  readonly kinds: readonly JobType[];
  /** Jobs of each kind at a time. */
  readonly concurrency: number;
  readonly ackWaitMs: number;
  readonly healthPort: number | undefined;
  readonly healthHost: string;
  /** Code in the sandbox is interpreted, never compiled. */
  readonly isSandboxJitless: boolean;
  readonly operatingSystemDir: string;
  readonly allowedHosts: AllowedHosts;
  /** What the processes of agents get of the environment: how to get out, and no secret. */
  readonly networkEnv: Readonly<Record<string, string>>;
}

/** Reads the environment; throws StartError that names the variable to change. */
export function readConfig(env: Env): WorkerConfig {
  return {
    natsUrl: envString(env, 'NATS_URL') ?? 'nats://127.0.0.1:4222',
    kinds: readKinds(env),
    concurrency: envInt(env, 'WORKER_CONCURRENCY', { fallback: 4, min: 1, max: 64 }),
    ackWaitMs: envInt(env, 'JOB_ACK_WAIT_MS', { fallback: 8_000, min: 1_000 }),
    healthPort:
      envString(env, 'HEALTH_PORT') === undefined
        ? undefined
        : envInt(env, 'HEALTH_PORT', { fallback: 0, max: 65_535 }),
    healthHost: envString(env, 'BIND_ADDRESS') ?? '127.0.0.1',
    isSandboxJitless: envFlag(env, 'SANDBOX_JITLESS'),
    operatingSystemDir: envString(env, 'OPERATING_SYSTEM_DIR') ?? SHIPPED_OPERATING_SYSTEM,
    allowedHosts: parseAllowedHosts(envList(env, 'HTTP_ALLOW_HOSTS')),
    networkEnv: readNetworkEnv(env),
  };
}

function readNetworkEnv(env: Env): Readonly<Record<string, string>> {
  const found = NETWORK_VARIABLES.map((name) => [name, envString(env, name)] as const);
  return Object.fromEntries(
    found.filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}

function readKinds(env: Env): readonly JobType[] {
  const named = envList(env, 'WORKER_KINDS');
  if (named.length === 0) return JobType.options;
  const kinds = z.array(JobType).safeParse(named);
  if (kinds.success) return kinds.data;
  throw new StartError(
    `WORKER_KINDS must be some of ${JobType.options.join(', ')}, not "${named.join(',')}"`,
  );
}
