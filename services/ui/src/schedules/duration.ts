const UNITS = { d: 86_400_000, h: 3_600_000, min: 60_000, s: 1_000 } as const;
const UNIT_OF: Readonly<Record<string, number>> = { ...UNITS, m: UNITS.min };

/** `90 min` in ms; undefined for what is no duration. */
export function readDuration(text: string): number | undefined {
  const [, count = '', name = ''] = /^\s*(\d{1,9}(?:\.\d{1,3})?)\s*([a-z]+)\s*$/i.exec(text) ?? [];
  const unit = UNIT_OF[name.toLowerCase()];
  return unit === undefined ? undefined : Math.round(Number(count) * unit);
}

/** In the largest unit that says it exactly: 5,400,000 ms is `90 min`. */
export function writeDuration(ms: number): string {
  const unit = Object.entries(UNITS).find(([, size]) => ms >= size && ms % size === 0);
  return unit === undefined ? `${ms / UNITS.s} s` : `${ms / unit[1]} ${unit[0]}`;
}
