import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export const PAGE_DIR = 'services/ui';
export const PAGE_DIST = `${PAGE_DIR}/dist`;

/** The page, and the packages that go into it. */
const SOURCES = [PAGE_DIR, 'packages/client', 'packages/contracts', 'packages/commands'];
const LEFT_OUT = new Set(['dist', 'node_modules', '.vite']);
const NO_SOURCE = /\.(test\.tsx?|tsbuildinfo)$/;

/** Every file that the built page depends on, relative to the root, in an order that is always the same. */
export function listPageSources(root) {
  const found = SOURCES.flatMap((dir) => (existsSync(join(root, dir)) ? listFiles(root, dir) : []));
  return ['pnpm-lock.yaml', ...found.sort()];
}

function listFiles(root, dir) {
  return readdirSync(join(root, dir), { withFileTypes: true }).flatMap((entry) => {
    const path = `${dir}/${entry.name}`;
    if (LEFT_OUT.has(entry.name)) return [];
    if (entry.isDirectory()) return listFiles(root, path);
    return entry.isFile() && !NO_SOURCE.test(entry.name) ? [path] : [];
  });
}
