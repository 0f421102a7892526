import { ChannelView } from '@bakerst/contracts/channels';
import { type Env, envList, envString, StartError } from '@bakerst/kit';
import type { AccessPolicy } from './identify-sender.ts';

export interface ChannelConfig {
  /** What the gateway that is started beside the brain shows. */
  readonly gatewayToken: string | undefined;
  readonly telegram: AccessPolicy;
}

const CHAT_ID = /^-?\d{1,20}$/;
const TOKEN = /^[\x21-\x7e]{32,512}$/;
const Access = ChannelView.shape.access;

/** Throws StartError that names the variable to change. */
export function readChannelConfig(env: Env): ChannelConfig {
  return {
    gatewayToken: readGatewayToken(env),
    telegram: { access: readAccess(env), allowedChats: readChats(env) },
  };
}

function readGatewayToken(env: Env): string | undefined {
  const token = envString(env, 'GATEWAY_TOKEN');
  if (token === undefined || TOKEN.test(token)) return token;
  throw new StartError(
    'GATEWAY_TOKEN must be 32 to 512 printable ASCII characters without blanks; make one with: openssl rand -hex 32',
  );
}

function readAccess(env: Env): AccessPolicy['access'] {
  const name = envString(env, 'TELEGRAM_ACCESS') ?? 'list';
  const access = Access.safeParse(name);
  if (access.success) return access.data;
  throw new StartError(
    `TELEGRAM_ACCESS must be one of ${Access.options.join(', ')}, not "${name}"`,
  );
}

function readChats(env: Env): ReadonlySet<string> {
  const ids = envList(env, 'TELEGRAM_ALLOWED_CHAT_IDS') ?? [];
  const wrong = ids.find((id) => !CHAT_ID.test(id));
  if (wrong === undefined) return new Set(ids);
  throw new StartError(
    `TELEGRAM_ALLOWED_CHAT_IDS must be ids of chats such as 123456789,-1001234567890, not "${wrong}"`,
  );
}
