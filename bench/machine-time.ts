/**
 * Milliseconds of the clock behind `performance.now`, counted from the start of the machine instead of the process:
 * a moment noted in one process can be compared with one noted in another.
 */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
