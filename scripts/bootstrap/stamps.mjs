import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listPageSources, listServiceSources, PAGE_DIST, SERVICE_DIRS } from './list-sources.mjs';

/** What each installation is made from, and the files that are there once it is done. */
function describe({ root, cacheDir, node }) {
  return {
    toolchain: {
      inputs: () => ['scripts/toolchain/package.json', 'scripts/toolchain/package-lock.json'],
      proofs: [join(cacheDir, 'toolchain/node_modules/pnpm/bin/pnpm.mjs'), node.path],
    },
    packages: {
      inputs: () => ['pnpm-lock.yaml', 'pnpm-workspace.yaml'],
      proofs: [join(root, 'node_modules/.modules.yaml')],
    },
    services: {
      inputs: () => listServiceSources(root),
      // Files come and go, and their names are seen from inside.
      isNamed: true,
      proofs: SERVICE_DIRS.map((dir) => join(root, dir, 'dist/bundle/main.mjs')),
    },
    page: {
      inputs: () => listPageSources(root),
      isNamed: true,
      proofs: [join(root, PAGE_DIST, 'index.html')],
    },
  };
}

/**
 * Notes beside what was installed, by which a later start sees in a few milliseconds that nothing is to be done.
 * A note is taken away before its installation begins: one that was cut short is done again.
 */
export function openStamps({ root, cacheDir, node }) {
  const parts = describe({ root, cacheDir, node });
  const fileOf = (part) => join(cacheDir, `${part}.stamp`);
  const digestOf = (part) => {
    const hash = createHash('sha256').update(`${process.platform}-${process.arch}\n`);
    for (const input of parts[part].inputs()) {
      if (parts[part].isNamed) hash.update(`${input}\n`);
      hash.update(readFileSync(join(root, input)));
    }
    return hash.digest('hex');
  };
  return {
    isCurrent: (part) =>
      parts[part].proofs.every((proof) => existsSync(proof)) &&
      readIfThere(fileOf(part)) === digestOf(part),
    clear: (part) => rmSync(fileOf(part), { force: true }),
    digestOf,
    set: (part, digest = digestOf(part)) => writeFileSync(fileOf(part), digest),
  };
}

function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // NOTE: no note, not installed.
  }
}
