import { watchSubject } from '@bakerst/bus/testing';
import { Subjects } from '@bakerst/contracts';
import type { Member } from './member.ts';
import type { Random } from './random.ts';
import type { Stage } from './stage.ts';

/** Moments at which a process is killed; each is met by listening to what passes through NATS. */
const AIMS = {
  /** A job has left for the work queue: its brain may not have noted that yet. */
  'after dispatch': { subject: Subjects.anyDispatch, victim: 'brain' },
  /** A result is on its way to a brain: it is not committed yet. */
  'before commit': { subject: Subjects.result, victim: 'brain' },
  /** A worker has said that it works on a job. */
  'in execution': { subject: Subjects.anyStatus, victim: 'worker' },
  /** A result was committed: its worker may not have acknowledged the job yet. */
  'before ack': { subject: Subjects.anyRecorded, victim: 'worker' },
} as const;

export type Aim = keyof typeof AIMS;

export const AIM_NAMES = [
  'after dispatch',
  'before commit',
  'in execution',
  'before ack',
] as const satisfies readonly Aim[];

interface AimOptions {
  readonly random: Random;
  /** So many kills, and no more. */
  readonly kills: number;
  /** Only one message in so many is taken for a moment. */
  readonly oneIn: number;
}

export interface Aiming extends AsyncDisposable {
  readonly kills: () => number;
}

/** Kills at a moment of the given kind, again and again, whenever the chosen process has come back. */
export async function aim(stage: Stage, name: Aim, options: AimOptions): Promise<Aiming> {
  const { subject, victim } = AIMS[name];
  const members = victim === 'brain' ? stage.brains : stage.workers;
  const back = new Set<Member>(members);
  let kills = 0;
  const strike = (): void => {
    if (kills >= options.kills || options.random.next() * options.oneIn >= 1) return;
    const member = [...back][Math.floor(options.random.next() * back.size)];
    if (member === undefined) return;
    kills++;
    back.delete(member);
    member.kill(`SIGKILL ${victim} ${name}`);
    void member.ready().then(
      () => back.add(member),
      () => undefined,
    );
  };
  const watch = await watchSubject(stage.nats.url, subject, strike);
  return {
    kills: () => kills,
    [Symbol.asyncDispose]: () => watch[Symbol.asyncDispose](),
  };
}
