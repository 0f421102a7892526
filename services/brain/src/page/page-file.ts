import { extname } from 'node:path';

/** A year: the name of such a file changes with what is in it. */
const IMMUTABLE = 'public, max-age=31536000, immutable';
/** May be kept, but is asked for again each time. */
const ASKED_AGAIN = 'no-cache';
const HASHED = '/assets/';

/** Of the page; no part begins with a dot, so nothing outside its folder is named. */
const PATH = /^(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$/;

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

/** Paths that are never the page's, however they are asked for. */
const RESERVED = [
  '/api',
  '/docs',
  '/health',
  '/livez',
  '/mcp',
  '/metrics',
  '/openapi.json',
  '/ping',
  '/readyz',
  '/system/health',
];

export function isReserved(path: string): boolean {
  return RESERVED.some((reserved) => path === reserved || path.startsWith(`${reserved}/`));
}

/** Whether a path may name a file of the page. */
export function isFilePath(path: string): boolean {
  return PATH.test(path) && extname(path) !== '' && !isReserved(path);
}

/** Whether a person is looking: programs that take anything get JSON. */
export function wantsPage(accept: string | undefined): boolean {
  return accept?.includes('text/html') === true;
}

export function toCacheControl(path: string): string {
  return path.startsWith(HASHED) ? IMMUTABLE : ASKED_AGAIN;
}

/** Undefined: whatever the extension says. */
export function toMediaType(path: string): string | undefined {
  return TYPES[extname(path)];
}

export interface Variant {
  readonly encoding: 'br' | 'gzip';
  /** Stands behind the name of the file. */
  readonly ending: '.br' | '.gz';
}

const VARIANTS: readonly Variant[] = [
  { encoding: 'br', ending: '.br' },
  { encoding: 'gzip', ending: '.gz' },
];

/** The compressed forms that a browser takes, the smallest first. */
export function variantsFor(acceptEncoding: string | undefined): readonly Variant[] {
  const taken = (acceptEncoding ?? '').split(',').flatMap((part) => {
    const [name = '', weight = ''] = part.split(';').map((text) => text.trim());
    return /^q=0(\.0*)?$/.test(weight) ? [] : [name.toLowerCase()];
  });
  return VARIANTS.filter(({ encoding }) => taken.includes(encoding));
}
