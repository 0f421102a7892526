import type { HarnessSettings } from './isolate-messages.ts';

/**
 * Part of the harness: `tools.<server>.<tool>(args)`. A call is only written down here; once the code rests, the process
 * takes what has been written down, and later hands the answers in, one at a time. Like the harness it uses no iterator,
 * no spread and no method of a value, and its handlers inherit nothing that the code could change.
 */
const { defineProperty } = Reflect;
const { parse, stringify } = JSON;
const { isArray } = Array;
const { assign, create } = Object;
const NativePromise = Promise;
const NativeError = Error;
const NativeProxy = Proxy;
const NativeTypeError = TypeError;

const NAME_CHARS = 128;

const RUN_FINISHED = {
  code: 'RUN_FINISHED',
  message: 'the execution has ended, and calls no tool any more',
};

type Settle = (value: unknown) => void;

interface Waiting {
  readonly resolve: Settle;
  readonly reject: Settle;
}

const waiting: Record<number, Waiting> = create(null);
/** Elements of a JSON array, [server, tool, arguments as text] each. */
let written = '';
let count = 0;
/** Of those that are written down. */
let fresh = 0;
let isOver = false;

/** Puts the global `tools` in its place. */
export function installTools(settings: HarnessSettings): void {
  const tools = new NativeProxy(
    create(null),
    handler((server) => {
      const call = handler((tool) => toCall(server, tool, settings));
      return new NativeProxy(create(null), call);
    }),
  );
  defineProperty(globalThis, 'tools', { value: tools, configurable: true, writable: true });
}

/** After this no call is made any more. Gives how many were written down and not taken: those are not made. */
export function endCalls(): number {
  isOver = true;
  return fresh;
}

/**
 * What was called since the last time, as a JSON array, and how many calls there have been in all; those beyond the
 * limit are counted only.
 */
export function takeCalls(): string {
  const taken = `{"isOver":${isOver},"count":${count},"calls":[${written}]}`;
  written = '';
  fresh = 0;
  return taken;
}

/** Hands in the answer of a call: JSON text of its value, or of `{code, message}`. */
export function settleCall(index: number, ok: boolean, json: string): void {
  const call = waiting[index];
  if (call === undefined) return;
  delete waiting[index];
  if (ok) call.resolve(parse(json));
  else call.reject(toError(parse(json)));
}

/** Any name may be looked up; symbols and `then` are what V8 itself looks for. */
function handler(get: (name: string) => unknown): ProxyHandler<object> {
  return assign(create(null), {
    get: (_target: object, name: string | symbol) =>
      typeof name === 'symbol' || name === 'then' ? undefined : get(name),
    set: () => false,
    defineProperty: () => false,
  });
}

function toCall(
  server: string,
  tool: string,
  settings: HarnessSettings,
): (args?: unknown) => Promise<unknown> {
  return (args) =>
    new NativePromise((resolve, reject) => {
      if (isOver) return reject(toError(RUN_FINISHED));
      const call = toWritten([server, tool], args, settings.argumentChars);
      const index = count++;
      if (index >= settings.calls) return;
      waiting[index] = { resolve, reject };
      written += written === '' ? call : `,${call}`;
      fresh++;
    });
}

/** Throws what rejects the call: it is not made then. */
function toWritten(names: readonly [string, string], args: unknown, maxChars: number): string {
  const server = names[0];
  const tool = names[1];
  if (server.length > NAME_CHARS || tool.length > NAME_CHARS)
    throw new NativeTypeError('no tool has a name as long as that');
  return `[${stringify(server)},${stringify(tool)},${stringify(toArguments(args, maxChars))}]`;
}

function toArguments(args: unknown, maxChars: number): string {
  const given = args === undefined ? {} : args;
  if (typeof given !== 'object' || given === null || isArray(given))
    throw new NativeTypeError('a tool takes one object, with its arguments by name');
  const json = stringify(given);
  if (json === undefined || json[0] !== '{')
    throw new NativeTypeError('the arguments of a tool must be an object of plain data');
  if (json.length > maxChars)
    throw new NativeTypeError(`the arguments of a tool have more than ${maxChars} characters`);
  return json;
}

/** A descriptor that inherits nothing that the code could have changed. */
function own(descriptor: PropertyDescriptor): PropertyDescriptor {
  return assign(create(null), descriptor);
}

function toError({ code, message }: { readonly code: string; readonly message: string }): Error {
  const error = new NativeError(message);
  defineProperty(error, 'name', own({ value: 'ToolError', configurable: true, writable: true }));
  defineProperty(error, 'code', own({ value: code, configurable: true, enumerable: true }));
  return error;
}
