import { SandboxLimits } from '@bakerst/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestSandbox, type TestSandbox } from './isolate-testing.ts';

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await openTestSandbox();
});
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
});

test('H41 the code finds exactly these globals', async () => {
  const envelope = await sandbox.run('Object.getOwnPropertyNames(globalThis).sort().join(" ")');
  expect(envelope).toMatchObject({ ok: true });
  expect(envelope.ok && `${envelope.value}`.split(' ')).toMatchInlineSnapshot(`
    [
      "AggregateError",
      "Array",
      "ArrayBuffer",
      "AsyncDisposableStack",
      "BigInt",
      "BigInt64Array",
      "BigUint64Array",
      "Boolean",
      "DataView",
      "Date",
      "DisposableStack",
      "Error",
      "EvalError",
      "Float16Array",
      "Float32Array",
      "Float64Array",
      "Infinity",
      "Int16Array",
      "Int32Array",
      "Int8Array",
      "Intl",
      "Iterator",
      "JSON",
      "Map",
      "Math",
      "NaN",
      "Number",
      "Object",
      "Promise",
      "Proxy",
      "RangeError",
      "ReferenceError",
      "Reflect",
      "RegExp",
      "Set",
      "String",
      "SuppressedError",
      "Symbol",
      "SyntaxError",
      "Temporal",
      "TypeError",
      "URIError",
      "Uint16Array",
      "Uint32Array",
      "Uint8Array",
      "Uint8ClampedArray",
      "WeakMap",
      "WeakSet",
      "console",
      "decodeURI",
      "decodeURIComponent",
      "encodeURI",
      "encodeURIComponent",
      "escape",
      "globalThis",
      "isFinite",
      "isNaN",
      "parseFloat",
      "parseInt",
      "tools",
      "undefined",
      "unescape",
    ]
  `);
});

test('H41 no symbol and no inherited name of the global object leads on', async () => {
  const source = `[
    Object.getOwnPropertySymbols(globalThis).length,
    Object.getPrototypeOf(Object.getPrototypeOf(globalThis)) === Object.prototype ||
      Object.getPrototypeOf(globalThis) === Object.prototype,
  ]`;
  expect(await sandbox.run(source)).toMatchObject({ value: [0, true] });
});

test('H15 H16 H17 H18 what leads out or cannot be stopped does not exist', async () => {
  const names =
    `fetch XMLHttpRequest require process eval Function WebAssembly SharedArrayBuffer Atomics WeakRef
    FinalizationRegistry setTimeout setInterval setImmediate queueMicrotask structuredClone Buffer global module
    exports Deno Bun $0 ivm __bakerst_start__`.split(/\s+/);
  const source = `[${names.map((name) => `typeof ${name}`)}]`;
  expect(await sandbox.run(source)).toMatchObject({ value: names.map(() => 'undefined') });
});

test('H19 a console function has no names of its own but length and name', async () => {
  const source =
    'Object.values(console).map((write) => Object.getOwnPropertyNames(write).join()).join(" ")';
  expect(await sandbox.run(source)).toMatchObject({
    value: Array(5).fill('length,name').join(' '),
  });
});

test('H19 the stack of an error gives text, not call sites', async () => {
  const source =
    'Error.prepareStackTrace = (_, sites) => sites.map((site) => site.getFunction()); typeof new Error().stack';
  expect(await sandbox.run(source)).toMatchObject({ value: 'string' });
});

test('H22 code that poisons every prototype harms its own result at most', async () => {
  const envelope = await sandbox.run(`
    const { defineProperty, getOwnPropertyDescriptor, getPrototypeOf } = Object;
    const { ownKeys } = Reflect;
    const steal = () => { throw new Error('poison') };
    const poison = (owner) => {
      const names = ownKeys(owner);
      for (let at = 0; at < names.length; at++)
        if (getOwnPropertyDescriptor(owner, names[at]).configurable)
          defineProperty(owner, names[at], { get: steal, set: steal });
    };
    const owners = [Promise, Promise.prototype, RegExp.prototype, String.prototype, String, JSON, Reflect, Date,
      Error, Error.prototype, TypeError, Array.prototype, getPrototypeOf(steal), Object];
    console.log('before');
    for (let at = 0; at < owners.length; at++) poison(owners[at]);
    Object.prototype.value = steal;
    Object.prototype.configurable = false;
    console.log('after', { tea: [1] });
    return { tea: [1] };
  `);
  expect(envelope).toMatchObject({ ok: true, value: { tea: [1] } });
  expect(envelope.logs.map(({ message }) => message)).toEqual(['before', 'after {"tea":[1]}']);
  expect(await sandbox.run('({ tea: [2] })')).toMatchObject({ ok: true, value: { tea: [2] } });
});

test('H22 toJSON on Object.prototype forges this result only', async () => {
  const source = 'Object.prototype.toJSON = () => "forged"; return { tea: 1 }';
  expect(await sandbox.run(source)).toMatchObject({ ok: true, value: 'forged' });
  expect(JSON.stringify({ tea: 1 })).toBe('{"tea":1}');
});

test('H27 D-BT-11 a million log lines are cut at their limit', async () => {
  const envelope = await sandbox.run(
    'const line = "x".repeat(100); for (let n = 0; n < 1e6; n++) console.log(line)',
    { timeoutMs: 5_000 },
  );
  const bytes = envelope.logs.reduce((sum, { message }) => sum + message.length, 0);
  expect(envelope).toMatchObject({ ok: true, truncated: true });
  expect(bytes).toBe(SandboxLimits.logBytes);
});

test('H27 log lines without end are cut, and end by the clock', async () => {
  const envelope = await sandbox.run('for (;;) console.log("")', { timeoutMs: 300 });
  expect(envelope).toMatchObject({ code: 'TIMEOUT', truncated: true });
  expect(envelope.logs).toHaveLength(1_000);
});

test('H35 H36 nothing of one execution is left for the next', async () => {
  await sandbox.run('globalThis.tea = 1; Array.prototype.tea = 1; Object.freeze(Object.prototype)');
  const source = '[typeof tea, typeof [].tea, Object.isFrozen(Object.prototype)]';
  expect(await sandbox.run(source)).toMatchObject({ value: ['undefined', 'undefined', false] });
});

test('source at its limit runs, one byte more is refused before a process sees it', async () => {
  const atLimit = `/*${'x'.repeat(SandboxLimits.sourceBytes - 6)}*/42`;
  expect(await sandbox.run(atLimit)).toMatchObject({ ok: true, value: 42 });
  expect(await sandbox.run(`${atLimit}é`, { user: 'alice' })).toMatchObject({
    code: 'SOURCE_TOO_LARGE',
    duration_ms: 0,
  });
  expect(sandbox.pidsOf('alice')).toEqual([]);
});
