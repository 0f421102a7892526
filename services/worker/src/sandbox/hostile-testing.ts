import type { SandboxCode } from '@bakerst/contracts';

/** Rows of table (b) of the reliability specification that end with an error, and the defects D-BT of the same kind. */
export interface HostileRow {
  readonly row: string;
  readonly source: string;
  readonly codes: readonly SandboxCode[];
  readonly message?: string | RegExp;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 400;
/** Time enough for a row whose end is not its timeout. */
const AMPLE_MS = 20_000;

export const HOSTILE_ROWS: readonly HostileRow[] = [
  { row: 'H01 an endless loop', source: 'while (true);', codes: ['TIMEOUT'] },
  {
    row: 'H03 D-BT-05 endless microtasks',
    source: 'while (true) await 0;',
    codes: ['TIMEOUT', 'MEMORY'],
  },
  {
    row: 'H03 endless microtasks after the return',
    source: '(async () => { for (;;) await 0 })(); return 42',
    codes: ['TIMEOUT', 'MEMORY'],
  },
  {
    row: 'H04 D-BT-04 a promise that never settles',
    source: 'await new Promise(() => {})',
    codes: ['TIMEOUT'],
  },
  {
    row: 'H05 unbounded recursion',
    source: '(function dig() { dig() })()',
    codes: ['ERROR'],
    message: /^RangeError: /,
  },
  {
    row: 'H06 a flood of promises',
    source: 'const all = []; for (;;) all.push(Promise.resolve().then(() => {}))',
    codes: ['MEMORY'],
  },
  {
    row: 'H07 typed arrays for ever',
    source: 'const all = []; for (;;) all.push(new Uint8Array(2e6).fill(1))',
    codes: ['ERROR', 'MEMORY'],
  },
  {
    row: 'D-BT-10 objects that the isolate does not notice',
    source: 'let all = {}; for (;;) all = { all, more: new Array(100) }',
    codes: ['MEMORY'],
  },
  {
    row: 'H09 one long builtin that grows',
    source: 'Array(1e9).fill(0)',
    codes: ['TIMEOUT', 'MEMORY'],
    timeoutMs: 1_000,
  },
  {
    row: 'H10 the spread of a long string',
    source: '[..."x".repeat(5e8)]',
    codes: ['MEMORY'],
  },
  {
    row: 'H11 a string that doubles',
    source: 'let tea = "tea"; for (;;) tea += tea',
    codes: ['ERROR'],
    message: /^RangeError: /,
  },
  {
    row: 'H14 one long builtin that cannot be interrupted',
    source: 'let n = 3n; for (;;) n *= n',
    codes: ['TIMEOUT'],
  },
  {
    row: 'H18 D-BT-09 the way to Function',
    source: 'this.constructor.constructor("return process")()',
    codes: ['ERROR'],
    message: /^EvalError: /,
  },
  {
    row: 'H18 the way to AsyncFunction',
    source: '(async () => 0).constructor("return process")()',
    codes: ['ERROR'],
    message: /^EvalError: /,
  },
  {
    row: 'H18 the way to GeneratorFunction',
    source: 'new (function* () {}).constructor("return process")',
    codes: ['ERROR'],
    message: /^EvalError: /,
  },
  {
    row: 'H18 the way to AsyncGeneratorFunction',
    source: 'new (async function* () {}).constructor("return process")',
    codes: ['ERROR'],
    message: /^EvalError: /,
  },
  {
    row: 'H19 the constructor of a console function',
    source: 'console.log.constructor("return process")()',
    codes: ['ERROR'],
    message: /^EvalError: /,
  },
  { row: 'H21 import()', source: 'await import("node:fs")', codes: ['ERROR'] },
  {
    row: 'H21 import() of text',
    source: 'await import("data:text/javascript,1")',
    codes: ['ERROR'],
  },
  { row: 'H21 require', source: 'require("fs")', codes: ['ERROR'], message: /^ReferenceError: / },
  { row: 'H15 eval', source: 'eval("1")', codes: ['ERROR'], message: /^ReferenceError: / },
  {
    row: 'H24 a returned Proxy whose traps loop',
    source: 'return new Proxy({}, { ownKeys() { for (;;); } })',
    codes: ['TIMEOUT'],
  },
  {
    row: 'H24 a returned Proxy whose traps throw',
    source: 'return new Proxy({}, { get() { throw new Error("no tea") } })',
    codes: ['ERROR'],
    message: /^Error: no tea/,
  },
  {
    row: 'H24 a looping getter in the log',
    source: 'console.log({ get tea() { for (;;); } })',
    codes: ['TIMEOUT'],
  },
  {
    row: 'H26 a cycle',
    source: 'const tea = {}; tea.tea = tea; tea',
    codes: ['RESULT_NOT_SERIALIZABLE'],
  },
  { row: 'H26 a BigInt', source: '[1n]', codes: ['RESULT_NOT_SERIALIZABLE'] },
  { row: 'H26 a function', source: '() => 1', codes: ['RESULT_NOT_SERIALIZABLE'] },
  { row: 'H26 a symbol', source: 'Symbol("tea")', codes: ['RESULT_NOT_SERIALIZABLE'] },
  {
    row: 'H28 a string of 50 MB',
    source: '"x".repeat(50e6)',
    codes: ['RESULT_TOO_LARGE', 'MEMORY'],
  },
  {
    row: 'H28 an array nested 200,000 deep',
    source: 'let deep = []; for (let n = 0; n < 200_000; n++) deep = [deep]; deep',
    codes: ['RESULT_NOT_SERIALIZABLE', 'RESULT_TOO_LARGE'],
  },
  {
    row: 'H28 an array nested deeper than a result may be',
    source: 'let deep = []; for (let n = 0; n < 1_000; n++) deep = [deep]; deep',
    codes: ['RESULT_NOT_SERIALIZABLE'],
  },
  {
    row: 'H29 an error of 10 MB',
    source: 'throw new Error("x".repeat(10e6))',
    codes: ['ERROR'],
    message: /^Error: x+ \(line 1\)$/,
  },
  {
    row: 'H29 an error whose stack loops',
    source: 'throw Object.defineProperty(new Error("no tea"), "stack", { get() { for (;;); } })',
    codes: ['ERROR'],
    message: 'Error: no tea',
  },
  {
    row: 'H29 a stack formatter that loops',
    source: 'Error.prepareStackTrace = () => { for (;;); }; throw new Error("no tea")',
    codes: ['ERROR'],
    message: 'Error: no tea (line 1)',
  },
  {
    row: 'H29 a thrown Proxy',
    source: 'throw new Proxy({}, { get() { throw 1 }, getOwnPropertyDescriptor() { throw 1 } })',
    codes: ['ERROR'],
    message: 'Error: what was thrown cannot be shown',
  },
  { row: 'H29 null', source: 'throw null', codes: ['ERROR'], message: 'null' },
  {
    row: 'D-BT-08 a way out of the function around the code',
    source: '})(); (async () => {',
    codes: ['SYNTAX'],
  },
];

/** Wall clock that a row is given, in ms: short where that is what ends it. */
export function timeoutOf({ timeoutMs, codes }: HostileRow): number {
  return timeoutMs ?? (codes.includes('TIMEOUT') ? TIMEOUT_MS : AMPLE_MS);
}
