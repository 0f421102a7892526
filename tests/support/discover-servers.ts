import { setTimeout } from 'node:timers/promises';
import type { Client } from '@bakerst/client';

const PATIENCE_MS = 30_000;
const LOOK_MS = 500;

/** Asks the MCP servers of `home` what they have, until each has told: on a busy machine one may answer too late. */
export async function discoverServers(root: Client): Promise<void> {
  for (const deadline = performance.now() + PATIENCE_MS; ; await setTimeout(LOOK_MS)) {
    const { servers } = await root.listMcpServers('home', { discover: true });
    const silent = servers.filter((server) => server.discovery_status !== 'ok');
    if (silent.length === 0) return;
    if (performance.now() > deadline)
      throw new Error(`these servers tell nothing: ${silent.map(({ id }) => id).join(', ')}`);
  }
}
