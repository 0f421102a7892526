import { join, resolve } from 'node:path';
import { OrgId } from '@bakerst/contracts';
import { type Env, envInt, envList, envString, type Logger, StartError } from '@bakerst/kit';
import { readBackupKeep } from '@bakerst/kit/backups';
import { type AllowedHosts, parseAllowedHosts } from '@bakerst/kit/url-guard';
import { type ChannelConfig, readChannelConfig } from './channels/channel-config.ts';
import type { RateLimitOptions } from './http/rate-limits.ts';
import { parseSecretsKey } from './mcp/secrets-key.ts';
import { type MemoryConfig, readMemoryConfig } from './memory/memory-config.ts';
import type { ModelSettings } from './models/choose-model.ts';

const MIN_TOKEN_BYTES = 32;

/** The repository's own, beside the services. */
const SHIPPED_OPERATING_SYSTEM = join(import.meta.dirname, '../../../operating_system');

/** Where the page of the repository is built. */
const SHIPPED_PAGE = join(import.meta.dirname, '../../ui/dist');

export interface BrainConfig {
  readonly port: number;
  readonly host: string;
  readonly publicUrl: string | undefined;
  readonly corsOrigins: readonly string[];
  readonly dataDir: string;
  readonly superToken: string;
  readonly ownerToken: string | undefined;
  readonly defaultOrg: OrgId;
  readonly natsUrl: string;
  readonly operatingSystemDir: string;
  readonly agentName: string;
  readonly model: ModelSettings;
  readonly maxRuns: number;
  readonly rateLimits: RateLimitOptions;
  /** Streams that one user may have open. */
  readonly userStreams: number;
  readonly lockLeaseMs: number;
  readonly jobAckWaitMs: number;
  readonly drainLingerMs: number;
  readonly allowedHosts: AllowedHosts;
  /** Steps and jobs of runs that ended before so many days are taken away. */
  readonly retainDays: number;
  /** A backup is made by itself once in so many hours; 0 for none. */
  readonly backupEveryMinutes: number;
  /** The newest backups, as many as this, stay. */
  readonly backupKeep: number;
  /** What secrets of MCP servers are encrypted with; undefined: a key in the data directory. */
  readonly secretsKey: Buffer | undefined;
  /** The built page. */
  readonly pageDir: string;
  /** Process that builds the page at this moment. */
  readonly pageBuilder: number | undefined;
  readonly memory: MemoryConfig;
  readonly channels: ChannelConfig;
  /** Zone of schedules that name none. */
  readonly timeZone: string;
  /** Shortest time between two instants of a schedule. */
  readonly scheduleMinMs: number;
}

/** Reads the environment; throws StartError that names the variable to change. */
export function readConfig(env: Env, log: Logger): BrainConfig {
  return {
    port: envInt(env, 'PORT', { fallback: 3_000, min: 0, max: 65_535 }),
    host: envString(env, 'BIND_ADDRESS') ?? '127.0.0.1',
    publicUrl: readHttpUrl(env, 'PUBLIC_URL', 'https://assistant.example.org'),
    corsOrigins: readOrigins(env),
    dataDir: envString(env, 'BAKERST_DATA_DIR') ?? './data',
    superToken: readSuperToken(env),
    ownerToken: envString(env, 'OWNER_TOKEN'),
    defaultOrg: readOrg(env),
    natsUrl: envString(env, 'NATS_URL') ?? 'nats://127.0.0.1:4222',
    operatingSystemDir: envString(env, 'OPERATING_SYSTEM_DIR') ?? SHIPPED_OPERATING_SYSTEM,
    agentName: envString(env, 'AGENT_NAME') ?? 'Baker',
    model: readModel(env, log),
    maxRuns: envInt(env, 'MAX_RUNS', { fallback: 1_000, min: 1 }),
    rateLimits: {
      perUser: envInt(env, 'USER_REQUESTS_PER_MINUTE', { fallback: 600, min: 1 }),
      perService: envInt(env, 'SERVICE_REQUESTS_PER_MINUTE', { fallback: 6_000, min: 1 }),
    },
    userStreams: envInt(env, 'USER_STREAMS', { fallback: 20, min: 1 }),
    lockLeaseMs: envInt(env, 'LOCK_LEASE_MS', { fallback: 5_000, min: 500 }),
    jobAckWaitMs: envInt(env, 'JOB_ACK_WAIT_MS', { fallback: 8_000, min: 1_000 }),
    drainLingerMs: envInt(env, 'DRAIN_LINGER_MS', { fallback: 0, max: 10_000 }),
    retainDays: envInt(env, 'RETAIN_DAYS', { fallback: 90, min: 1, max: 36_500 }),
    backupEveryMinutes: readBackupMinutes(env),
    backupKeep: readBackupKeep(env),
    secretsKey: readSecretsKey(env),
    pageDir: resolve(envString(env, 'PAGE_DIR') ?? SHIPPED_PAGE),
    pageBuilder: envInt(env, 'PAGE_BUILDER_PID', { fallback: 0 }) || undefined,
    memory: readMemoryConfig(env),
    channels: readChannelConfig(env),
    timeZone: readTimeZone(env),
    scheduleMinMs: envInt(env, 'SCHEDULE_MIN_MS', { fallback: 60_000, min: 1_000 }),
    allowedHosts: parseAllowedHosts(envList(env, 'HTTP_ALLOW_HOSTS')),
  };
}

/** What a Bearer header can carry. */
const TOKEN = /^[\x21-\x7e]{1,512}$/;

function readSuperToken(env: Env): string {
  const token = envString(env, 'AUTH_TOKEN') ?? '';
  if (token !== '' && !TOKEN.test(token))
    throw new StartError('AUTH_TOKEN must be 32 to 512 printable ASCII characters without blanks');
  if (Buffer.byteLength(token) < MIN_TOKEN_BYTES)
    throw new StartError(
      `AUTH_TOKEN must have at least ${MIN_TOKEN_BYTES} bytes; make one with: openssl rand -hex 32`,
    );
  return token;
}

function readSecretsKey(env: Env): Buffer | undefined {
  const text = envString(env, 'SECRETS_KEY')?.trim();
  return text === undefined ? undefined : parseSecretsKey(text, 'SECRETS_KEY');
}

function readHttpUrl(env: Env, name: string, example: string): string | undefined {
  const url = envString(env, name);
  if (url === undefined || /^https?:$/.test(URL.parse(url)?.protocol ?? '')) return url;
  throw new StartError(`${name} must be a URL such as ${example}, not "${url}"`);
}

const DAY_MINUTES = 24 * 60;
/** More often they would follow each other closely on a slow disk. */
const LEAST_BACKUP_MINUTES = 15;

function readBackupMinutes(env: Env): number {
  const range = { fallback: DAY_MINUTES, max: 365 * DAY_MINUTES };
  const minutes = envInt(env, 'BACKUP_EVERY_MINUTES', range);
  if (minutes === 0 || minutes >= LEAST_BACKUP_MINUTES) return minutes;
  throw new StartError(
    `BACKUP_EVERY_MINUTES must be ${LEAST_BACKUP_MINUTES} or more, or 0 for none`,
  );
}

function readOrigins(env: Env): readonly string[] {
  const origins = envList(env, 'CORS_ORIGINS') ?? [];
  const wrong = origins.find((text) => text !== '*' && URL.parse(text)?.origin !== text);
  if (wrong === undefined) return origins;
  throw new StartError(
    `CORS_ORIGINS must be origins such as https://page.example.org (no path, no slash at the end), not "${wrong}"`,
  );
}

function readTimeZone(env: Env): string {
  const name = envString(env, 'TIME_ZONE') ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch (cause) {
    throw new StartError(`TIME_ZONE must be a name such as Europe/Berlin, not "${name}"`, {
      cause,
    });
  }
}

function readOrg(env: Env): OrgId {
  const org = OrgId.safeParse(envString(env, 'DEFAULT_ORG') ?? 'home');
  if (org.success) return org.data;
  throw new StartError('DEFAULT_ORG must be 1 to 128 of A-Z a-z 0-9 . _ @ : + -');
}

function readModel(env: Env, log: Logger): ModelSettings {
  return {
    apiKey: envString(env, 'ANTHROPIC_API_KEY'),
    authToken: envString(env, 'ANTHROPIC_AUTH_TOKEN') ?? envString(env, 'ANTHROPIC_OAUTH_TOKEN'),
    baseUrl: readHttpUrl(env, 'ANTHROPIC_BASE_URL', 'https://api.anthropic.com'),
    offlineUrl: envString(env, 'OFFLINE_MODEL_URL'),
    name: envString(env, 'CLAUDE_MODEL'),
    smallName: envString(env, 'SMALL_MODEL'),
    maxTokens: readMaxTokens(env, log),
  };
}

/** A bad value costs nobody the service: the model's own limit holds then (BT-30). */
function readMaxTokens(env: Env, log: Logger): number | undefined {
  const raw = envString(env, 'CLAUDE_MAX_TOKENS');
  if (raw === undefined) return undefined;
  const value = Number(raw);
  if (Number.isInteger(value) && value >= 1) return value;
  log.warn({ event: 'config_default', name: 'CLAUDE_MAX_TOKENS' }, 'bad value ignored');
  return undefined;
}
