import type { Scenario } from './harness/scenario.ts';
import { p01 } from './promises/p01-accepted-messages.ts';
import { p01PowerCut } from './promises/p01-power-cut.ts';
import { p02 } from './promises/p02-one-run-at-a-time.ts';
import { p03 } from './promises/p03-order-of-messages.ts';
import { p04 } from './promises/p04-second-request.ts';
import { p05 } from './promises/p05-free-after-death.ts';
import { p06 } from './promises/p06-jobs-recorded-once.ts';
import { p07 } from './promises/p07-paused-workers.ts';
import { p08 } from './promises/p08-long-jobs.ts';
import { p09 } from './promises/p09-poison-jobs.ts';
import { p10 } from './promises/p10-never-twice.ts';
import { p11 } from './promises/p11-idempotency-keys.ts';
import { p12 } from './promises/p12-nats-away.ts';
import { p13 } from './promises/p13-lost-streams.ts';
import { p14 } from './promises/p14-rolling-restarts.ts';
import { p15 } from './promises/p15-schedules.ts';
import { p16 } from './promises/p16-resumed-streams.ts';
import { p18 } from './promises/p18-hostile-code.ts';
import { p19 } from './promises/p19-full-disk.ts';
import { p20 } from './promises/p20-backup.ts';
import { p22 } from './promises/p22-halt.ts';
import { p24 } from './promises/p24-secrets.ts';
import { p26 } from './promises/p26-overload.ts';
import { p27 } from './promises/p27-told-once.ts';

/** Every promise that is put to the test, in the order of docs/reliability.md. */
export const SCENARIOS: readonly Scenario[] = [
  p01,
  p01PowerCut,
  p02,
  p03,
  p04,
  p05,
  p06,
  p07,
  p08,
  p09,
  p10,
  p11,
  p12,
  p13,
  p14,
  p15,
  p16,
  p18,
  p19,
  p20,
  p22,
  p24,
  p26,
  p27,
];
