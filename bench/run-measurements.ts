import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding, Row } from './figures/row.ts';
import type { Bench, Measurement } from './measurements/measurement.ts';

/** Measures one after the other. What fails is a row that says why, and the others go on. */
export async function runMeasurements(
  measurements: readonly Measurement[],
  bench: Bench,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const measurement of measurements) {
    bench.say(`${measurement.name}: ${measurement.about}`);
    const dir = join(bench.dir, measurement.name);
    mkdirSync(dir);
    rows.push(...toRows(measurement, await measure(measurement, { ...bench, dir })));
  }
  return rows;
}

type Findings = Readonly<Record<string, Finding>>;

async function measure(measurement: Measurement, bench: Bench): Promise<Findings> {
  try {
    bench.signal.throwIfAborted();
    return await measurement.run(bench);
  } catch (cause) {
    const why = `${measurement.name}: ${cause instanceof Error ? cause.message : String(cause)}`;
    bench.say(why);
    const missing: Finding = { kind: 'missing', why };
    return Object.fromEntries(Object.keys(measurement.rows).map((key) => [key, missing]));
  }
}

function toRows(measurement: Measurement, findings: Findings): readonly Row[] {
  return Object.entries(measurement.rows).map(([key, row]) => ({
    ...row,
    finding: findings[key] ?? { kind: 'missing', why: `${measurement.name} has no ${key}` },
  }));
}
