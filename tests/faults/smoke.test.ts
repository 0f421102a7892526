import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { playScenario } from './runner/play-scenario.ts';
import { SCENARIOS } from './scenarios.ts';

/** A look at the promises that need no root and little time; `npm run faults` plays all of them, and for longer. */
const LOOKED_AT: ReadonlySet<string> = new Set(['P4', 'P6', 'P8', 'P11', 'P15', 'P22', 'P27']);
const DIR = join(import.meta.dirname, '../../.cache/faults');

test.each(SCENARIOS.filter(({ name }) => LOOKED_AT.has(name)))(
  '$name: $promise',
  async (scenario) => {
    const seed = Date.now() % 0xff_ff_ff_ff;
    const natsServer = inject('natsServer');
    const options = { seed, level: 'smoke', natsServer, dir: DIR, say: () => undefined } as const;
    const { outcome, reasons, counts, historyFile } = await playScenario(scenario, options);
    const about = JSON.stringify({ seed, reasons, counts, historyFile });
    expect(outcome, about).toBe('held');
  },
  120_000,
);
