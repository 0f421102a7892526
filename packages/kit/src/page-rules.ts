// How the page is served, by the brain on one machine and by nginx in the cluster alike.

/**
 * What the page may load and run: its own files, and nothing else, whatever a model or a tool has said. Pictures may also
 * be those that the page has in hand.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "object-src 'none'",
  "frame-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** Headers of the page and of each of its files. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'Permissions-Policy':
    'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
  'X-Frame-Options': 'DENY',
};

/** A year: the name of such a file changes with what is in it. */
export const IMMUTABLE = 'public, max-age=31536000, immutable';
/** May be kept, but is asked for again each time. */
export const ASKED_AGAIN = 'no-cache';
/** Under which files with a hash in their names are. */
export const HASHED_PATH = '/assets/';

/** Media types of the page's text, by the ends of names. */
export const PAGE_TYPES: Readonly<Record<string, string>> = {
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
export const RESERVED_PATHS: readonly string[] = [
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
