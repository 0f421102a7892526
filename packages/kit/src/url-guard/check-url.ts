import { isIP } from 'node:net';
import { AppError } from '../app-error.ts';
import { StartError } from '../start-error.ts';
import { isPublicAddress } from './address-rules.ts';

/** Names that lead into one's own machine, network or cluster, whatever they resolve to. */
const OWN_NAMES =
  /^(localhost|.*\.(localhost|local|internal|intranet|lan|home|home\.arpa|corp|private|svc|cluster\.local))$/;
const ALLOWED_HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9.-]+):(\d{1,5})$/;

/** Addresses of one's own that are opened by hand: `host:port`, exactly as a URL names them (HTTP_ALLOW_HOSTS). */
export type AllowedHosts = ReadonlySet<string>;

/** Reads HTTP_ALLOW_HOSTS; throws StartError for an entry that is not `host:port`. */
export function parseAllowedHosts(entries: readonly string[]): AllowedHosts {
  return new Set(
    entries.map((entry) => {
      const host = entry.toLowerCase();
      if (ALLOWED_HOST.test(host)) return host;
      throw new StartError(`HTTP_ALLOW_HOSTS must be host:port,…, not "${entry}"`);
    }),
  );
}

/** A URL that may be requested; `host` is what HTTP_ALLOW_HOSTS would name it. */
export interface CheckedUrl {
  readonly url: URL;
  readonly host: string;
  /** Opened by hand: its addresses are not looked at. */
  readonly isAllowed: boolean;
}

/**
 * The rules for addresses that others choose, as far as the text of the URL shows; what a name resolves to is checked
 * at the connection (see `createCheckedLookup`). Throws AppError AUTHORIZATION_ERROR, reason URL_NOT_ALLOWED.
 */
export function checkUrl(text: string, allowed: AllowedHosts): CheckedUrl {
  const url = parse(text);
  const port = url.protocol === 'https:' ? '443' : '80';
  if (url.username !== '' || url.password !== '')
    throw notAllowed('a URL with a user name or password is not allowed');
  const name = url.hostname.toLowerCase();
  const host = `${name}:${url.port === '' ? port : url.port}`;
  const isAllowed = allowed.has(host);
  if (!isAllowed) refuseOwn(name, host);
  return { url, host, isAllowed };
}

/** WHATWG parsing normalises every spelling of an IPv4 address, so the check of the host comes after it. */
function parse(text: string): URL {
  if (!/^https?:/i.test(text)) throw notAllowed('only absolute http and https URLs are allowed');
  // What a parser repairs (`http:///host`, `http:\\host`) names another host than a reader sees.
  if (/[\\\s]/.test(text) || !/^https?:\/\/[^/]/i.test(text))
    throw notAllowed('this URL is not well formed');
  try {
    return new URL(text);
  } catch (cause) {
    throw notAllowed('this is no valid URL', cause);
  }
}

function refuseOwn(name: string, host: string): void {
  const address = name.startsWith('[') ? name.slice(1, -1) : name;
  if (isIP(address) !== 0) {
    if (!isPublicAddress(address)) throw ownAddress(host);
    return;
  }
  const label = name.replace(/\.$/, '');
  if (!label.includes('.') || OWN_NAMES.test(label)) throw ownAddress(host);
}

/** Says which line opens the address: whoever runs the system may well want to reach the device in the hall. */
export function ownAddress(host: string): AppError {
  return notAllowed(
    `${host} is an address of this machine or network: set HTTP_ALLOW_HOSTS=${host} to allow it`,
  );
}

function notAllowed(message: string, cause?: unknown): AppError {
  return new AppError('AUTHORIZATION_ERROR', message, { cause, reason: 'URL_NOT_ALLOWED' });
}
