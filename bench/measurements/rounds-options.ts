import type { RoundsOptions } from '../figures/play-rounds.ts';
import type { Bench, Measurement } from './measurement.ts';

/** As many rounds as were asked for, with a line of progress after each. */
export function toRoundsOptions(
  { rounds, signal, say }: Bench,
  { name }: Pick<Measurement, 'name'>,
): RoundsOptions {
  return { rounds, signal, onRound: (done) => say(`${name}: round ${done} of ${rounds}`) };
}
