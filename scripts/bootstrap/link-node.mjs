import { mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/** Makes `.cache/bin/node` lead to the chosen Node, in one step for those who use it meanwhile. */
export function linkNode(cacheDir, node) {
  const link = join(cacheDir, 'bin', 'node');
  // The private Node is linked relatively, so that a checkout can be moved.
  const target = node.kind === 'private' ? relative(dirname(link), node.path) : node.path;
  if (targetOf(link) === target) return;
  mkdirSync(dirname(link), { recursive: true });
  const fresh = `${link}.${process.pid}`;
  rmSync(fresh, { force: true });
  symlinkSync(target, fresh);
  renameSync(fresh, link);
}

function targetOf(link) {
  try {
    return readlinkSync(link);
  } catch {
    return undefined; // NOTE: there is none before the first installation.
  }
}
