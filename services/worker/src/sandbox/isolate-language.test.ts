import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestSandbox, type TestSandbox } from './isolate-testing.ts';

/** A new process loads the stripper first, which takes its time on a machine that has other work. */
const AMPLE = { timeoutMs: 10_000 };

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await openTestSandbox();
});
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
});

test.each([
  ['return gives the value', 'return 6 * 7', 42],
  ['await works at the top', 'return await Promise.resolve(42)', 42],
  ['a promise that is returned is awaited', 'return Promise.resolve(42)', 42],
  ['the last expression is the value', 'const a = 6;\na * 7', 42],
  ['a last expression is awaited', 'async function main() { return 42; }\nmain()', 42],
  ['an object in brackets is an expression', '({ a: [1, null, "x"] })', { a: [1, null, 'x'] }],
  ['declarations behind the last expression do not count', 'f();\nfunction f() { return 42; }', 42],
  ['a last expression with a semicolon and a comment', '40 + 2; // the answer', 42],
  ['a comment between expression and semicolon', '40 + 2 // the answer\n;', 42],
  ['a sequence is one expression', '1, 42', 42],
  ['a string alone is a value, not a directive', "'use strict'", 'use strict'],
  ['__result__ set as a global (BT-43)', '__result__ = 42', 42],
  ['__result__ declared with const', 'const __result__ = 42', 42],
  [
    '__result__ declared with let in strict code',
    "'use strict';\nlet __result__;\n__result__ = 42;",
    42,
  ],
  ['__result__ wins over the last expression', '__result__ = 42;\n7', 42],
  ['__result__ may be a promise', '__result__ = Promise.resolve(42)', 42],
  ['__result__ may be null', '__result__ = null;\n7', null],
  ['return wins over __result__', '__result__ = 7;\nreturn 42', 42],
  ['a bare return leaves __result__ standing', 'let __result__ = 42;\nreturn;', 42],
  ['a return inside a block', 'for (const a of [41, 42]) if (a > 41) return a;\n7', 42],
  ['an early return leaves the last expression out', 'if (true) return;\n42', null],
  ['nothing gives null', 'const a = 42', null],
  ['undefined gives null', 'return undefined', null],
  ['a date gives its JSON', 'new Date(0)', '1970-01-01T00:00:00.000Z'],
  ['this is the global object', 'this === globalThis', true],
  ['code is sloppy', 'undeclared = 42; undeclared', 42],
  [
    'code is strict when it asks for it',
    "'use strict'; (function () { return this; })() === undefined",
    true,
  ],
  ['regular expressions and templates survive', '`a/b`.replace(/\\//g, `;`)', 'a;b'],
  [
    'names of Promise, Map, Intl and Temporal are there',
    '[Map, Promise, Intl, Temporal].length',
    4,
  ],
])('%s', async (_, source, value) => {
  expect(await sandbox.run(source)).toMatchObject({ ok: true, value, tool_calls: 0 });
});

test.each([
  ['a thrown error', 'const a = 1;\nthrow new TypeError("no tea")', 'TypeError: no tea (line 2)'],
  [
    'a failed call on line 3',
    '\n\nnull.tea',
    "TypeError: Cannot read properties of null (reading 'tea') (line 3)",
  ],
  [
    'an error inside a later function',
    'make();\n\nfunction make() {\n  throw new Error("no tea") }',
    'Error: no tea (line 4)',
  ],
  [
    'a rejected promise',
    'await Promise.reject(new RangeError("no tea"))',
    'RangeError: no tea (line 1)',
  ],
  [
    'an error class of the code',
    'class NoTea extends Error { name = "NoTea" }\nthrow new NoTea("out")',
    'NoTea: out (line 2)',
  ],
  ['a string', 'throw "no tea"', 'no tea'],
  ['null', 'throw null', 'null'],
  ['an object', 'throw { tea: 0 }', '{"tea":0}'],
  ['an object like an error', 'throw { name: "NoTea", message: "out" }', 'NoTea: out'],
  ['an unknown name', '\ntea', 'ReferenceError: tea is not defined (line 2)'],
])('%s ends with ERROR, its name, message and line', async (_, source, message) => {
  expect(await sandbox.run(source)).toMatchObject({ ok: false, code: 'ERROR', message });
});

test.each([
  ['found by the parser', 'const a = 1;\nconst b = ;', 'Unexpected token (2:11)'],
  [
    'found by V8: two declarations',
    '\nlet tea, tea',
    "Identifier 'tea' has already been declared (2:10)",
  ],
  ['found by V8: a regular expression', '/(/', 'Unterminated group'],
])('a mistake %s ends with SYNTAX and its place', async (_, source, message) => {
  expect(await sandbox.run(source)).toMatchObject({
    ok: false,
    code: 'SYNTAX',
    message: expect.stringContaining(message),
  });
});

test.each([
  ['types', 'const a: number = 42;\nreturn a', 42],
  [
    'interfaces, generics and as',
    'interface Tea { n: number }\nconst f = <T,>(a: T) => a;\n(f({ n: 42 }) as Tea).n',
    42,
  ],
  ['top-level await and return', 'const a: number = await Promise.resolve(42);\nreturn a!', 42],
])('TypeScript is accepted: %s', async (_, source, value) => {
  expect(await sandbox.run(source, AMPLE)).toMatchObject({ ok: true, value });
});

test('lines of TypeScript stay in their places', async () => {
  const source = 'interface Tea {\n  n: number;\n}\nthrow new Error("no tea" as string)';
  expect(await sandbox.run(source, AMPLE)).toMatchObject({ message: 'Error: no tea (line 4)' });
});

test.each([
  ['an enum, which has code behind it', 'enum Tea { Green }', "'enum' is reserved (1:1)"],
  ['a way out of the wrapper of the stripper', 'const a: number = 1;\n}; async () => {', '(1:8)'],
  [
    'arrows that keep the stripper busy for ever',
    `const a: number = ${'a ? (b) : c => '.repeat(40)}1`,
    '(1:8)',
  ],
  ['nesting that breaks the stripper', `const a: number = ${'('.repeat(5_000)}`, '(1:8)'],
])('TypeScript is refused with the first mistake: %s', async (_, source, message) => {
  expect(await sandbox.run(source, AMPLE)).toMatchObject({
    code: 'SYNTAX',
    message: expect.stringContaining(message),
  });
  expect(await sandbox.run('const a: number = 42; a', AMPLE)).toMatchObject({ value: 42 });
});

test('console lines keep level, order and time, and show objects as JSON (BT-44)', async () => {
  const envelope = await sandbox.run(`
    const tea = { green: [1, { n: 2n }], none: undefined };
    tea.self = tea;
    console.log('tea', tea, 3, null, undefined, true);
    console.info(new TypeError('no tea'));
    console.warn(Symbol('tea'), () => 1);
    console.error({ get tea() { throw new Error() } });
    console.debug();
  `);
  expect(envelope.logs.map(({ level, message }) => [level, message])).toEqual([
    ['log', 'tea {"green":[1,{"n":"2n"}],"self":"[Circular]"} 3 null undefined true'],
    ['info', 'TypeError: no tea (line 5)'],
    ['warn', 'Symbol(tea) [Function]'],
    ['error', '[Object that cannot be shown]'],
    ['debug', ''],
  ]);
  expect(envelope).toMatchObject({ ok: true, value: null, truncated: false });
  expect(Date.now() - (envelope.logs[0]?.timestamp ?? 0)).toBeLessThan(10_000);
});

test('what was logged before a timeout is kept', async () => {
  const envelope = await sandbox.run('console.log("tea"); for (;;);', { timeoutMs: 1_000 });
  expect(envelope).toMatchObject({ code: 'TIMEOUT', logs: [{ message: 'tea' }], truncated: false });
});

test('a rejected promise that nobody awaits is no error', async () => {
  const source = 'Promise.reject(new Error("no tea")); await 0; return 42';
  expect(await sandbox.run(source)).toMatchObject({ ok: true, value: 42 });
});
