import { join } from 'node:path';
import type { ModelHealth } from './read-health.ts';
import type { Settings } from './read-settings.ts';

const NO_MODEL = 'none that answers yet';

interface ReadySystem {
  readonly settings: Settings;
  readonly dataDir: string;
  readonly model: ModelHealth | undefined;
  /** Signs the owner in once; undefined when the brain made none. */
  readonly link: string | undefined;
  readonly tookMs: number;
}

/** The block that `npm start` prints once everything runs: all that a person needs to go on. */
export function describeSystem({ settings, dataDir, model, link, tookMs }: ReadySystem): string {
  const rows = [
    ['open', link ?? 'npm run link prints a link to sign in with'],
    ['address', describeAddress(settings)],
    ['model', describeModel(model)],
    ['try it', curlLine(settings.url, join(dataDir, 'owner-token'))],
    ['data', dataDir],
    ['logs', join(dataDir, 'logs')],
    ['stop', 'Ctrl-C'],
    ['reset', 'npm run reset (deletes the data)'],
    ['key', keyAdvice(settings.root, { isRefused: model?.access === 'refused' })],
  ];
  const lines = rows.map(([name = '', text]) => `  ${name.padEnd(9)}${text}`);
  return `\nbakerst is ready (${(tookMs / 1000).toFixed(1)} s)\n\n${lines.join('\n')}\n`;
}

function describeAddress({ url, publicUrl }: Settings): string {
  return publicUrl === undefined ? url : `${publicUrl} (on this machine: ${url})`;
}

function describeModel(model: ModelHealth | undefined): string {
  if (model === undefined) return NO_MODEL;
  const { kind, name } = model;
  switch (kind) {
    case 'none':
      return NO_MODEL;
    case 'offline':
      return 'offline model: follows rules, needs no account';
    case 'anthropic':
      return `Claude (${name})${accessNote(model)}`;
    case 'custom':
      return `${name}, at ANTHROPIC_BASE_URL${accessNote(model)}`;
    default:
      return kind satisfies never;
  }
}

function accessNote({ access }: ModelHealth): string {
  return access === 'refused' ? ', which REFUSED the key' : '';
}

/** The token is read when the line runs, so that it stands in no scrollback and no log. */
function curlLine(url: string, tokenFile: string): string {
  return [
    `curl -sS ${url}/api/v1/chat`,
    `-H "Authorization: Bearer $(cat ${quote(tokenFile)})"`,
    "-H 'Content-Type: application/json'",
    `-d '{"message":"what is 17 * 23?"}'`,
  ].join(' ');
}

function quote(path: string): string {
  return /^[\w./+@:-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** What to write, and where: for a first key, or in place of one that was refused. */
export function keyAdvice(root: string, { isRefused }: { readonly isRefused: boolean }): string {
  const lead = isRefused ? 'to correct it,' : 'for Claude, give a key on the page, or';
  return `${lead} put ANTHROPIC_API_KEY=sk-ant-… into ${join(root, '.env-secrets')} (chmod 600) and start again`;
}
