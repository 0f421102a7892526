import type { Moment } from './sandbox.ts';

/**
 * Part of the harness: what would differ from one execution of the same code to the next is fixed by whoever runs it,
 * so that a repeated execution goes the same way. Like the harness it takes what it needs later before the user's code
 * runs, and its handlers inherit nothing that the code could change.
 */
const { apply, construct, defineProperty, getOwnPropertyDescriptor } = Reflect;
const { toString: toDateText } = Date.prototype;
const { fromEpochMilliseconds } = Temporal.Instant;
const { toZonedDateTimeISO } = Temporal.Instant.prototype;
const { toPlainDate, toPlainDateTime, toPlainTime } = Temporal.ZonedDateTime.prototype;
const NativeDate = Date;

const UTC = 'UTC';
const TWO_TO_26 = 67_108_864;
const TWO_TO_53 = 9_007_199_254_740_992;

/** Epoch ms; stands still between two answers. */
let time = 0;
/** State of the generator behind Math.random: sfc32, public domain, by Chris Doty-Humphrey. */
let a = 0;
let b = 0;
let c = 0;
let counter = 1;

export function setTime(at: number): void {
  time = at;
}

/** Starts the sequence of Math.random. */
export function seedRandom(seed: Moment['seed']): void {
  a = seed[0];
  b = seed[1];
  c = seed[2];
  counter = 1;
  for (let n = 0; n < 12; n++) next32();
}

/** Puts the fixed ones in the place of Date, Temporal.Now, Intl's default time and Math.random. */
export function fixMoment(): void {
  fixDate();
  fixTemporal();
  fixFormats();
  replace(Math, 'random', function random() {
    const high = next32() >>> 5;
    return (high * TWO_TO_26 + (next32() >>> 6)) / TWO_TO_53;
  });
}

function next32(): number {
  const sum = (a + b + counter) | 0;
  counter = (counter + 1) | 0;
  a = b ^ (b >>> 9);
  b = (c + (c << 3)) | 0;
  c = (((c << 21) | (c >>> 11)) + sum) | 0;
  return sum;
}

function fixDate(): void {
  replace(NativeDate, 'now', function now() {
    return time;
  });
  const handler: ProxyHandler<DateConstructor> = Object.assign(Object.create(null), {
    construct: (target: DateConstructor, values: unknown[], newTarget: DateConstructor) =>
      construct(target, values.length === 0 ? [time] : values, newTarget),
    apply: () => apply(toDateText, new NativeDate(time), []),
  });
  const fixed = new Proxy(NativeDate, handler);
  replace(NativeDate.prototype, 'constructor', fixed);
  replace(globalThis, 'Date', fixed);
}

function fixTemporal(): void {
  const { Now } = Temporal;
  const here = (zone: unknown): Temporal.ZonedDateTime =>
    apply(toZonedDateTimeISO, fromEpochMilliseconds(time), [zone === undefined ? UTC : zone]);
  replace(Now, 'instant', function instant() {
    return fromEpochMilliseconds(time);
  });
  replace(Now, 'zonedDateTimeISO', function zonedDateTimeISO(zone: unknown) {
    return here(zone);
  });
  replace(Now, 'plainDateTimeISO', function plainDateTimeISO(zone: unknown) {
    return apply(toPlainDateTime, here(zone), []);
  });
  replace(Now, 'plainDateISO', function plainDateISO(zone: unknown) {
    return apply(toPlainDate, here(zone), []);
  });
  replace(Now, 'plainTimeISO', function plainTimeISO(zone: unknown) {
    return apply(toPlainTime, here(zone), []);
  });
}

/** Without a date both methods mean the present moment. */
function fixFormats(): void {
  const formats = Intl.DateTimeFormat.prototype;
  const { formatToParts } = formats;
  const bindFormat = getOwnPropertyDescriptor(formats, 'format')?.get;
  replace(formats, 'formatToParts', function (this: unknown, date: unknown) {
    return apply(formatToParts, this, [date === undefined ? time : date]);
  });
  if (bindFormat === undefined) return;
  defineProperty(formats, 'format', {
    get() {
      const bound: (date?: number | Date) => string = apply(bindFormat, this, []);
      return (date?: number | Date) => bound(date === undefined ? time : date);
    },
    configurable: true,
  });
}

function replace(owner: object, name: string, value: unknown): void {
  defineProperty(owner, name, { value, configurable: true, writable: true });
}
