import type { Api } from 'grammy';

type GrammySignal = NonNullable<Parameters<Api['getUpdates']>[1]>;

/** For grammY's types a signal is one of a package that does what Node's own does. */
export function isGrammySignal(signal: AbortSignal): signal is AbortSignal & GrammySignal {
  return typeof signal.aborted === 'boolean';
}
