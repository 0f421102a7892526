import { type ExpressionStatement, type Options, Parser, type Program } from 'acorn';
import type { Moment } from './sandbox.ts';

export type BodyScript =
  | { readonly ok: true; readonly script: string }
  | { readonly ok: false; readonly message: string };

/** Global function of the harness that takes the body; it removes itself before the body runs. */
export const START_FUNCTION = '__bakerst_start__';

/** Parameter of the body: the harness's record of the value (`last`) and of how to look up `__result__` (`read`). */
const KEEP = '__bakerst_keep__';

const OPTIONS: Options = {
  ecmaVersion: 'latest',
  sourceType: 'script',
  allowReturnOutsideFunction: true,
  allowAwaitOutsideFunction: true,
  allowHashBang: false,
};

/**
 * The parser runs in the worker, on text that nobody has read, so it must take time in proportion to its length.
 * Two of acorn's checks do not: 6 KB of nested regular expressions with repeated group names take 15 s, and
 * 1,000 blocks around one `var` of 8,000 names take 200 MB. V8 makes both checks again when it compiles the script.
 */
const BodyParser = Parser.extend(
  (Base) =>
    class extends Base {
      validateRegExpPattern(): void {
        // left to V8
      }
      declareName(): void {
        // left to V8
      }
    },
);

interface Place {
  readonly line: number;
  readonly column: number;
}

/** Declarations leave the value of the expression before them standing. */
const DECLARATIONS: ReadonlySet<string> = new Set([
  'VariableDeclaration',
  'FunctionDeclaration',
  'ClassDeclaration',
  'EmptyStatement',
]);

/**
 * Turns the body of an async function into a script that hands it to the harness with the moment of its execution, every
 * line in its place (when compiled with a line offset of -1). Text that is no body, such as `})(); (() => {`, is refused
 * with line:column.
 */
export function toBodyScript(source: string, moment: Moment): BodyScript {
  try {
    const body = wrap(source, BodyParser.parse(source, OPTIONS));
    return { ok: true, script: `${START_FUNCTION}(${body}, ${JSON.stringify(moment)});` };
  } catch (error) {
    return { ok: false, message: toSyntaxMessage(error) };
  }
}

function wrap(source: string, { body }: Program): string {
  const last = body.findLast(({ type }) => !DECLARATIONS.has(type));
  const text = last?.type === 'ExpressionStatement' ? keepLast(source, last) : source;
  const isStrict = body.some(
    (statement) => statement.type === 'ExpressionStatement' && statement.directive === 'use strict',
  );
  const prologue = `${isStrict ? '"use strict";' : ''}${KEEP}.read = () => __result__;`;
  return `async (${KEEP}) => {${prologue}\n${text}\n}`;
}

function keepLast(source: string, { start, end }: ExpressionStatement): string {
  const expression = source.slice(start, end).replace(/;$/, '');
  return `${source.slice(0, start)};${KEEP}.last = await (${expression})${source.slice(start + expression.length)}`;
}

/** Acorn counts columns from 0 and puts the place at the end of its message. Other errors are defects that a text found. */
function toSyntaxMessage(error: unknown): string {
  if (!(error instanceof SyntaxError)) return 'the text cannot be parsed';
  const what = error.message.replace(/ \(\d+:\d+\)$/, '');
  return 'loc' in error && isPlace(error.loc)
    ? `${what} (${error.loc.line}:${error.loc.column + 1})`
    : what;
}

function isPlace(loc: unknown): loc is Place {
  return typeof loc === 'object' && loc !== null && 'line' in loc && 'column' in loc;
}
