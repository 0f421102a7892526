import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export const PAGE_DIR = 'services/ui';
export const PAGE_DIST = `${PAGE_DIR}/dist`;
/** Of the services: each has its program below, in dist/bundle. */
export const SERVICE_DIRS = ['services/brain', 'services/worker', 'services/gateway'];

/** The page, and the packages that go into it. */
const PAGE_SOURCES = [PAGE_DIR, 'packages/client', 'packages/contracts', 'packages/commands'];
/** The services, the packages that go into them, and how they are put together. */
const SERVICE_SOURCES = [...SERVICE_DIRS, 'packages', 'scripts/bundle'];
const LEFT_OUT = new Set(['dist', 'node_modules', '.vite']);
const NO_SOURCE = /\.(test\.tsx?|tsbuildinfo)$/;

/** Every file that the built page depends on, relative to the root, in an order that is always the same. */
export function listPageSources(root) {
  return listSources(root, PAGE_SOURCES);
}

/** The same for the services. */
export function listServiceSources(root) {
  return listSources(root, SERVICE_SOURCES);
}

function listSources(root, dirs) {
  const found = dirs.flatMap((dir) => (existsSync(join(root, dir)) ? listFiles(root, dir) : []));
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
