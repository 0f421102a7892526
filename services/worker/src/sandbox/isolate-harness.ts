import { endCalls, installTools, settleCall, takeCalls } from './isolate-calls.ts';
import type { HarnessEnding, HarnessSettings } from './isolate-messages.ts';
import { fixMoment, seedRandom, setTime } from './isolate-moment.ts';
import type { AnsweredCall, Moment } from './sandbox.ts';

/**
 * This module and its parts run inside the isolate, before the user's code and then beside it. What they
 * need later is taken now, while nobody can have replaced it. Once the user's code runs it uses no iterator, no
 * spread, no destructuring and no method of a value: all of those look up names that the code may have changed.
 */
const { apply, defineProperty, deleteProperty, get, getOwnPropertyDescriptor } = Reflect;
const { exec } = RegExp.prototype;
const { slice } = String.prototype;
const { stringify } = JSON;
const { now } = Date;
const toText = String;
const NativeRangeError = RangeError;
const NativeTypeError = TypeError;
const readStack = getOwnPropertyDescriptor(new Error(), 'stack')?.get;

/** Makes `await` take a promise as it is, whatever the code did to Promise.prototype. */
const OWN_CONSTRUCTOR: PropertyDescriptor = Object.assign(Object.create(null), { value: Promise });

/** A stack begins with the message, which may be long; its ten frames are at the end. */
const STACK_TAIL_CHARS = 4_000;
const USER_FRAME = /code\.js:(\d+)/;

const LEVELS = ['log', 'info', 'warn', 'error', 'debug'] as const;

/** All that the code finds; a global that a new V8 brings stays away until it is named here. */
const GLOBALS: ReadonlySet<string> = new Set(
  `Object Array Number parseFloat parseInt Infinity NaN undefined Boolean String Symbol Date Promise RegExp Error
  AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError SuppressedError globalThis JSON
  Math Intl Temporal ArrayBuffer Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array BigUint64Array
  BigInt64Array Uint8ClampedArray Float16Array Float32Array Float64Array DataView Map BigInt Set Iterator WeakMap
  WeakSet Proxy Reflect decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape isFinite isNaN
  DisposableStack AsyncDisposableStack`.split(/\s+/),
);

const FUNCTION_KINDS = [
  () => 0,
  async () => 0,
  function* () {
    yield 0;
  },
  async function* () {
    yield 0;
  },
];

type Level = (typeof LEVELS)[number];

/** These two functions are all that leads out of the isolate; they take primitives and give nothing back. */
type SendLog = (level: Level, message: string, timestamp: number) => void;
type SendEnd = (ending: HarnessEnding, text: string, unmade: number) => void;
type End = (ending: HarnessEnding, text: string) => void;

/** What the body notes down while it runs; see to-body-script.ts. */
interface Keep {
  last: unknown;
  read: () => unknown;
}

type Body = (keep: Keep) => Promise<unknown>;

/** Hands in the answer of a tool call; the code's time moves to `at`. */
export function settle({ index, ok, json, at }: AnsweredCall): void {
  setTime(at);
  settleCall(index, ok, json);
}

export { takeCalls };

/** Makes the isolate ready for one execution. */
export function install(log: SendLog, end: SendEnd, settings: HarnessSettings): void {
  for (const name of Object.getOwnPropertyNames(globalThis))
    if (!GLOBALS.has(name)) deleteProperty(globalThis, name);
  forbidCompiling();
  fixMoment();
  installTools(settings);
  // An own formatter would run whenever the harness looks for the line of an error.
  defineProperty(Error, 'prepareStackTrace', { value: undefined });
  defineProperty(globalThis, 'console', {
    value: createConsole(log, settings),
    configurable: true,
    writable: true,
  });
  defineProperty(globalThis, settings.startFunction, {
    value: createStart(createEnd(end), settings),
    configurable: true,
  });
}

/** `eval` and `Function` are gone as globals; this closes the way to them over the constructor of any function. */
function forbidCompiling(): void {
  for (const kind of FUNCTION_KINDS) {
    const prototype = Object.getPrototypeOf(kind);
    function refuse(): never {
      throw new EvalError('code cannot be made from text here');
    }
    defineProperty(refuse, 'name', { value: prototype.constructor.name });
    defineProperty(prototype, 'constructor', { value: refuse });
  }
}

function createConsole(log: SendLog, settings: HarnessSettings): object {
  let charsLeft = settings.logChars;
  let linesLeft = settings.logLines;
  const write = (level: Level, values: readonly unknown[]): void => {
    if (charsLeft <= 0 || linesLeft <= 0) return;
    let message = '';
    for (let at = 0; at < values.length; at++)
      message += (at === 0 ? '' : ' ') + format(values[at], settings.messageChars);
    message = apply(slice, message, [0, charsLeft]);
    charsLeft -= message.length;
    linesLeft -= 1;
    log(level, message, now());
  };
  const console = {};
  for (const level of LEVELS)
    defineProperty(console, level, {
      value: (...values: unknown[]) => write(level, values),
      configurable: true,
      enumerable: true,
      writable: true,
    });
  return console;
}

function createEnd(send: SendEnd): End {
  return (ending, text) => send(ending, text, endCalls());
}

type Start = (body: Body, moment: Moment) => Promise<void>;

function createStart(end: End, settings: HarnessSettings): Start {
  return async (body, moment) => {
    setTime(moment.at);
    seedRandom(moment.seed);
    deleteProperty(globalThis, settings.startFunction);
    const keep: Keep = { last: undefined, read: () => undefined };
    try {
      const running = body(keep);
      defineProperty(running, 'constructor', OWN_CONSTRUCTOR);
      const returned = await running;
      endWithValue(returned === undefined ? await resultOf(keep) : returned, end, settings);
    } catch (thrown) {
      end('ERROR', describe(thrown, settings.messageChars));
    }
  };
}

/** `__result__` when the code set it, as its own variable or as a global, else the last expression. */
function resultOf(keep: Keep): unknown {
  try {
    const result = keep.read();
    return result === undefined ? keep.last : result;
  } catch {
    // A ReferenceError: the code has no such variable.
    return keep.last;
  }
}

function endWithValue(value: unknown, end: End, settings: HarnessSettings): void {
  let json: string | undefined;
  try {
    json = value === undefined ? 'null' : stringify(value);
  } catch (thrown) {
    // Cycles and BigInts give a TypeError, too much depth a RangeError; anything else comes from the code itself.
    if (!(thrown instanceof NativeTypeError || thrown instanceof NativeRangeError)) throw thrown;
    end('RESULT_NOT_SERIALIZABLE', describe(thrown, settings.messageChars));
    return;
  }
  if (json === undefined) end('RESULT_NOT_SERIALIZABLE', `the result is a ${typeof value}`);
  else if (json.length > settings.resultChars)
    end('RESULT_TOO_LARGE', `the result has more than ${settings.resultChars} characters`);
  else end('VALUE', json);
}

/** Text for one argument of console.log; runs code of the user (getters, toJSON), so it may throw or never return. */
function format(value: unknown, maxChars: number): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'function') return '[Function]';
  if (typeof value !== 'object' || value === null) return toText(value);
  if (hasNativeStack(value)) return describe(value, maxChars);
  return toShownJson(value);
}

interface Ancestor {
  readonly value: unknown;
  readonly parent: Ancestor | undefined;
}

function toShownJson(value: object): string {
  let top: Ancestor | undefined;
  function show(this: unknown, _key: string, inner: unknown): unknown {
    if (typeof inner === 'bigint') return `${inner}n`;
    if (typeof inner !== 'object' || inner === null) return inner;
    while (top !== undefined && top.value !== this) top = top.parent;
    if (isAmong(inner, top)) return '[Circular]';
    top = { value: inner, parent: top };
    return inner;
  }
  try {
    return stringify(value, show) ?? '[Object]';
  } catch {
    return '[Object that cannot be shown]';
  }
}

function isAmong(value: unknown, ancestors: Ancestor | undefined): boolean {
  for (let above = ancestors; above !== undefined; above = above.parent)
    if (above.value === value) return true;
  return false;
}

/** "Name: message (line n)" of what was thrown, other values as console.log shows them. */
function describe(thrown: unknown, maxChars: number): string {
  try {
    const line = lineOf(thrown);
    return apply(slice, nameAndMessage(thrown), [0, maxChars - line.length]) + line;
  } catch {
    return 'Error: what was thrown cannot be shown';
  }
}

function nameAndMessage(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return toText(thrown);
  const message: unknown = get(thrown, 'message');
  if (typeof message !== 'string') return toShownJson(thrown);
  const name: unknown = get(thrown, 'name');
  return `${typeof name === 'string' ? name : 'Error'}: ${message}`;
}

/** Only a stack that V8 itself keeps is read, never one that the code has put in its place. */
function lineOf(thrown: unknown): string {
  if (!hasNativeStack(thrown) || readStack === undefined) return '';
  const stack: unknown = apply(readStack, thrown, []);
  if (typeof stack !== 'string') return '';
  const frame = apply(exec, USER_FRAME, [apply(slice, stack, [-STACK_TAIL_CHARS])]);
  return frame === null ? '' : ` (line ${frame[1]})`;
}

function hasNativeStack(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return getOwnPropertyDescriptor(value, 'stack')?.get === readStack;
}
