import { resolve } from 'node:path';
import type { Env } from '@bakerst/kit';
import { StartError } from '@bakerst/kit/start-error';
import { type BundledService, bundleOf } from '../bundle/bundle-of.ts';

const LEAST_TOKEN_BYTES = 32;
const MOST_WORKERS = 64;

/** Which model will answer, as far as the environment tells. */
type ModelChoice = 'offline' | 'anthropic' | 'custom';

export interface Settings {
  readonly root: string;
  readonly dataDir: string;
  readonly port: number;
  readonly bindAddress: string;
  /** Where people on this machine reach the brain. */
  readonly url: string;
  /** Where other people reach it, if it was said. */
  readonly publicUrl: string | undefined;
  readonly workers: number;
  readonly model: ModelChoice;
  readonly authToken: string | undefined;
  /** A NATS of the person's own; none is started then. */
  readonly natsUrl: string | undefined;
  /** A bot was named: people talk to the assistant on Telegram too. */
  readonly hasTelegram: boolean;
  /** Entry points of the services, relative to the root. */
  readonly entries: Readonly<Record<BundledService, string>>;
  readonly env: Env;
}

/** Throws StartError naming the variable that must change. */
export function readSettings(env: Env, root: string): Settings {
  const port = readNumber(env, 'PORT', { fallback: 3000, min: 1, max: 65_535 });
  const bindAddress = readText(env, 'BIND_ADDRESS') ?? '127.0.0.1';
  const authToken = readText(env, 'AUTH_TOKEN');
  if (authToken !== undefined && Buffer.byteLength(authToken) < LEAST_TOKEN_BYTES)
    throw new StartError(
      `AUTH_TOKEN must have at least ${LEAST_TOKEN_BYTES} bytes (openssl rand -hex 32 makes one); without it one is generated`,
    );
  return {
    root,
    dataDir: resolve(root, readText(env, 'BAKERST_DATA_DIR') ?? 'data'),
    port,
    bindAddress,
    url: `http://${toLocalHost(bindAddress)}:${port}`,
    publicUrl: readText(env, 'PUBLIC_URL'),
    workers: readNumber(env, 'WORKERS', { fallback: 1, min: 0, max: MOST_WORKERS }),
    model: chooseModel(env),
    authToken,
    natsUrl: readText(env, 'NATS_URL'),
    // As the gateway reads it: one that is blank would end it at once.
    hasTelegram: (readText(env, 'TELEGRAM_BOT_TOKEN')?.trim() ?? '') !== '',
    entries: {
      brain: bundleOf('brain'),
      gateway: bundleOf('gateway'),
      worker: bundleOf('worker'),
    },
    env,
  };
}

function chooseModel(env: Env): ModelChoice {
  if (readText(env, 'ANTHROPIC_BASE_URL') !== undefined) return 'custom';
  const credentials = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_OAUTH_TOKEN'];
  return credentials.some((name) => readText(env, name) !== undefined) ? 'anthropic' : 'offline';
}

/** An address that means "all of them" is reached by loopback. */
function toLocalHost(bindAddress: string): string {
  if (bindAddress === '0.0.0.0' || bindAddress === '::') return '127.0.0.1';
  return bindAddress.includes(':') ? `[${bindAddress}]` : bindAddress;
}

interface NumberRange {
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
}

function readNumber(env: Env, name: string, { fallback, min, max }: NumberRange): number {
  const text = readText(env, name);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new StartError(`${name} must be a whole number from ${min} to ${max}, not "${text}"`);
}

function readText(env: Env, name: string): string | undefined {
  const value = env[name];
  return value === '' ? undefined : value;
}
