import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { median } from '../figures/quantile.ts';

const SYNCS = 200;
const BLOCK_BYTES = 4_096;

export interface MachineFacts {
  /** A directory on the disk that is measured. */
  readonly dir: string;
  readonly natsVersion: string;
  readonly rounds: number;
}

/** What the figures of a run depend on, in one line. */
export function describeMachine({ dir, natsVersion, rounds }: MachineFacts): string {
  const [cpu] = cpus();
  return [
    new Date().toISOString().slice(0, 10),
    `${cpus().length} cores (${cpu?.model.trim() ?? 'unknown'})`,
    `${Math.round(totalmem() / 1024 ** 3)} GB`,
    `Node ${process.versions.node}`,
    `nats-server ${natsVersion}`,
    `fdatasync ${timeSync(dir).toFixed(2)} ms`,
    `${rounds} rounds`,
  ].join(', ');
}

/** Median of what it takes to get a block onto the disk, in ms. */
function timeSync(dir: string): number {
  const fd = openSync(join(dir, 'fdatasync'), 'w');
  const block = Buffer.alloc(BLOCK_BYTES, 1);
  try {
    return median(
      Array.from({ length: SYNCS }, () => {
        const startedAt = performance.now();
        writeSync(fd, block);
        fdatasyncSync(fd);
        return performance.now() - startedAt;
      }),
    );
  } finally {
    closeSync(fd);
  }
}
