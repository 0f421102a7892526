import { performance } from 'node:perf_hooks';

const SAMPLE = 20_000_000;

const loop = (rounds: number): string =>
  `let x = 0; for (let i = 0; i < ${rounds}; i++) x = (x + i) % 7;`;

let roundsPerMs: number | undefined;

/** Code that is busy for about `ms` on this machine: its clock stands still, so it counts. */
export function busyCode(ms: number): string {
  roundsPerMs ??= measure();
  return loop(Math.ceil(ms * roundsPerMs));
}

function measure(): number {
  const run = new Function(loop(SAMPLE));
  const from = performance.now();
  run();
  return SAMPLE / (performance.now() - from);
}
