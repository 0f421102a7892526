import { type Env, envInt, envString, StartError } from '@bakerst/kit';

const TELEGRAM_API = 'https://api.telegram.org';
/** As the Bot API wants it. */
const WEBHOOK_SECRET = /^[\w-]{16,256}$/;

export interface GatewayConfig {
  readonly brainUrl: string;
  readonly brainToken: string;
  readonly healthPort: number | undefined;
  readonly healthHost: string;
  readonly telegram: TelegramConfig;
}

interface TelegramConfig {
  readonly token: string;
  readonly apiRoot: string;
  /** How long a call may take before its outcome counts as unknown. */
  readonly timeoutMs: number;
  readonly webhook: WebhookConfig | undefined;
}

interface WebhookConfig {
  readonly url: string;
  readonly path: string;
  readonly secret: string;
  readonly port: number;
  readonly host: string;
}

/** Reads the environment; throws StartError that names the variable to change. */
export function readConfig(env: Env): GatewayConfig {
  return {
    brainUrl: readUrl(env, 'BAKERST_URL') ?? 'http://127.0.0.1:3000',
    brainToken: readNeeded(env, 'BAKERST_TOKEN', 'the GATEWAY_TOKEN of the brain'),
    healthPort:
      envString(env, 'HEALTH_PORT') === undefined
        ? undefined
        : envInt(env, 'HEALTH_PORT', { fallback: 0, max: 65_535 }),
    healthHost: readHost(env),
    telegram: {
      token: readNeeded(env, 'TELEGRAM_BOT_TOKEN', 'what BotFather gave for the bot'),
      apiRoot: readUrl(env, 'TELEGRAM_API_ROOT')?.replace(/\/+$/, '') ?? TELEGRAM_API,
      timeoutMs: envInt(env, 'TELEGRAM_TIMEOUT_MS', { fallback: 30_000, min: 1_000, max: 300_000 }),
      webhook: readWebhook(env),
    },
  };
}

function readHost(env: Env): string {
  return envString(env, 'BIND_ADDRESS') ?? '127.0.0.1';
}

function readNeeded(env: Env, name: string, meaning: string): string {
  const value = envString(env, name)?.trim() ?? '';
  if (value !== '') return value;
  throw new StartError(`${name} is missing: ${meaning}`);
}

function readUrl(env: Env, name: string): string | undefined {
  const url = envString(env, name);
  if (url === undefined || /^https?:$/.test(URL.parse(url)?.protocol ?? '')) return url;
  throw new StartError(`${name} must be an http or https URL, not "${url}"`);
}

function readWebhook(env: Env): WebhookConfig | undefined {
  const url = readUrl(env, 'TELEGRAM_WEBHOOK_URL');
  if (url === undefined) return undefined;
  const secret = envString(env, 'TELEGRAM_WEBHOOK_SECRET') ?? '';
  if (!WEBHOOK_SECRET.test(secret))
    throw new StartError(
      'TELEGRAM_WEBHOOK_URL needs TELEGRAM_WEBHOOK_SECRET: 16 to 256 of A-Z a-z 0-9 _ - (openssl rand -hex 32 makes one)',
    );
  return {
    url,
    path: new URL(url).pathname,
    secret,
    port: envInt(env, 'TELEGRAM_WEBHOOK_PORT', { fallback: 8_443, max: 65_535 }),
    host: readHost(env),
  };
}
