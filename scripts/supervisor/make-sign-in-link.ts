import { join } from 'node:path';
import { StartError } from '@bakerst/kit/start-error';
import { httpPost } from '../local/http-request.ts';
import { readIfThere } from '../local/private-file.ts';
import type { Settings } from './read-settings.ts';

const TIMEOUT_MS = 10_000;

interface LinkUser {
  readonly user: string;
  readonly org?: string | undefined;
}

type LinkSettings = Pick<Settings, 'url' | 'publicUrl' | 'authToken'>;

/** Lets the running brain make a link by which a user signs in once. Throws StartError when it runs not, or will not. */
export async function makeSignInLink(
  settings: LinkSettings,
  dataDir: string,
  { user, org }: LinkUser,
): Promise<string> {
  const token = settings.authToken ?? readIfThere(join(dataDir, 'auth-token'))?.trim();
  if (token === undefined) throw new StartError(notRunning(settings.url));
  const answer = await httpPost(`${settings.url}/api/v1/sessions/links`, {
    token,
    body: { user_id: user, ...(org !== undefined && { org }) },
    timeoutMs: TIMEOUT_MS,
  }).catch((cause: unknown) => {
    throw new StartError(notRunning(settings.url), { cause });
  });
  const body = parseAnswer(answer.body);
  if (answer.status === 201 && typeof body['path'] === 'string')
    return `${(settings.publicUrl ?? settings.url).replace(/\/+$/, '')}${body['path']}`;
  const why = typeof body['message'] === 'string' ? body['message'] : `status ${answer.status}`;
  throw new StartError(`the brain at ${settings.url} made no link: ${why}`);
}

function notRunning(url: string): string {
  return `nothing answers at ${url}: start bakerst first (npm start), with the same PORT and BAKERST_DATA_DIR`;
}

/** By hand instead of by the schema of contracts: zod would double what the supervisor weighs. */
function parseAnswer(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
