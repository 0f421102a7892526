/** An expression of numbers and operators only, as a person reads it and as JavaScript computes it. */
export interface Arithmetic {
  readonly shown: string;
  readonly code: string;
}

interface Parsed extends Arithmetic {
  /** False for a bare number: there is nothing to compute. */
  readonly hasOperator: boolean;
}

type Parse = (tokens: string[]) => Parsed | undefined;

const MAX_CHARS = 300;
const TOKENS = /\d[\d,]*(?:\.\d+)?|\.\d+|\*\*|[-+*/%^()]|\S/g;
const NUMBER = /^(?:\d+|\d{1,3}(?:,\d{3})+)?(?:\.\d+)?$/;
const OPERAND_START = /^[\d.(]/;

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/\bto the power of\b/g, '^'],
  [/\bpercent of\b|%\s*of\b/g, '/ 100 *'],
  [/\bmultiplied by\b|\btimes\b|[×·∙⋅]|(?<=[\d)]\s*)x(?=\s*[\d(.])/g, '*'],
  [/\bdivided by\b|\bover\b|[÷∕]/g, '/'],
  [/\bplus\b/g, '+'],
  [/\bminus\b|[−–]/g, '-'],
  [/\bmod(?:ulo)?\b/g, '%'],
  [/\bpercent\b/g, '/ 100'],
  [/\bsquared\b/g, '^ 2'],
  [/\bcubed\b/g, '^ 3'],
];

/** Reads "17 times 23" or "(3+4)*2^10"; undefined unless all of the text is arithmetic. */
export function parseArithmetic(text: string): Arithmetic | undefined {
  if (text.length > MAX_CHARS) return undefined;
  const symbols = WORDS.reduce(
    (left, [word, symbol]) => left.replace(word, ` ${symbol} `),
    text.toLowerCase(),
  );
  const tokens = symbols.match(TOKENS) ?? [];
  const parsed = parseSum(tokens);
  if (parsed === undefined || tokens.length > 0 || !parsed.hasOperator) return undefined;
  return { shown: parsed.shown, code: parsed.code };
}

function parseSum(tokens: string[]): Parsed | undefined {
  return parseChain(tokens, ['+', '-'], parseProduct);
}

function parseProduct(tokens: string[]): Parsed | undefined {
  return parseChain(tokens, ['*', '/', '%'], parseSigned);
}

function parseChain(
  tokens: string[],
  operators: readonly string[],
  next: Parse,
): Parsed | undefined {
  let left = next(tokens);
  while (left !== undefined && operators.includes(tokens[0] ?? '')) {
    const operator = tokens.shift() ?? '';
    const right = next(tokens);
    left = right && join(left, operator, right);
  }
  return left;
}

function parseSigned(tokens: string[]): Parsed | undefined {
  const sign = tokens[0];
  if (sign !== '-' && sign !== '+') return parsePower(tokens);
  tokens.shift();
  const operand = parseSigned(tokens);
  // Brackets, because `2 - -3` and `-2 ** 2` need them in JavaScript.
  return (
    operand && { ...operand, shown: `${sign}${operand.shown}`, code: `(${sign}${operand.code})` }
  );
}

/** Binds more tightly than a sign and from the right: -2^2 is -4 and 2^3^2 is 2^9. */
function parsePower(tokens: string[]): Parsed | undefined {
  const base = parsePercent(tokens);
  if (base === undefined || (tokens[0] !== '^' && tokens[0] !== '**')) return base;
  tokens.shift();
  const exponent = parseSigned(tokens);
  return (
    exponent && {
      shown: `${base.shown} ^ ${exponent.shown}`,
      code: `(${base.code} ** ${exponent.code})`,
      hasOperator: true,
    }
  );
}

/** A percent sign is a hundredth unless an operand follows: then it is the remainder. */
function parsePercent(tokens: string[]): Parsed | undefined {
  const operand = parseOperand(tokens);
  if (operand === undefined || tokens[0] !== '%' || OPERAND_START.test(tokens[1] ?? ''))
    return operand;
  tokens.shift();
  return { shown: `${operand.shown}%`, code: `(${operand.code} / 100)`, hasOperator: true };
}

function parseOperand(tokens: string[]): Parsed | undefined {
  const token = tokens.shift() ?? '';
  if (token === '(') {
    const inner = parseSum(tokens);
    if (inner === undefined || tokens.shift() !== ')') return undefined;
    return { ...inner, shown: `(${inner.shown})`, code: `(${inner.code})` };
  }
  if (token === '' || !NUMBER.test(token)) return undefined;
  // NOTE: a leading zero would make an octal literal.
  const number = token.replaceAll(',', '').replace(/^0+(?=\d)/, '');
  return { shown: token, code: number, hasOperator: false };
}

function join(left: Parsed, operator: string, right: Parsed): Parsed {
  return {
    shown: `${left.shown} ${operator} ${right.shown}`,
    code: `${left.code} ${operator} ${right.code}`,
    hasOperator: true,
  };
}
