import { limitOutput } from '@bakerst/kit';
import mustache from 'mustache';

const MAX_TEMPLATE_CHARS = 20_000;
const MAX_OUTPUT_CHARS = 20_000;
/** Pieces that one rendering may touch: lists within lists end here. */
const MAX_STEPS = 20_000;
const TAG = /^(\.|[\w@-]+(\.[\w@-]+)*)$/;
const NAMING: ReadonlySet<string> = new Set(['name', '&', '#', '^']);

/** A template asks for something that it may not, or takes too long. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/** Renders templates of one payload: names, lists and conditions, no code. All that it renders shares one limit. */
export function createRenderer(payload: unknown): (template: string) => string {
  const view = toBare(payload);
  const writer = new LimitedWriter();
  return (template) => {
    checkTemplate(template);
    const text = writer.render(template, view, undefined, { escape: toText });
    return limitOutput(text, { maxChars: MAX_OUTPUT_CHARS });
  };
}

/** Throws TemplateError for what is no template. */
export function checkTemplate(template: string): void {
  if (template.length > MAX_TEMPLATE_CHARS)
    throw new TemplateError(`a template may have ${MAX_TEMPLATE_CHARS} characters`);
  let spans: unknown;
  try {
    spans = mustache.parse(template);
    // Nothing of what was asked once is kept.
    mustache.clearCache();
  } catch (cause) {
    throw new TemplateError('a template is not closed as it should be', { cause });
  }
  checkSpans(spans);
}

function checkSpans(spans: unknown): void {
  if (!Array.isArray(spans)) return;
  for (const span of spans) {
    const [kind, name, , , inner]: readonly unknown[] = span;
    if (kind === '>' || kind === '=')
      throw new TemplateError('a template holds no other templates');
    const isNaming = typeof kind === 'string' && NAMING.has(kind);
    if (isNaming && !TAG.test(String(name)))
      throw new TemplateError('a template names fields, such as {{alerts.0.status}}');
    checkSpans(inner);
  }
}

/** A list or an object is printed as JSON, for it has no other text. */
function toText(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

class LimitedWriter extends mustache.Writer {
  #steps = 0;
  #chars = 0;

  override unescapedValue(
    ...[token, context]: Parameters<mustache.Writer['unescapedValue']>
  ): string {
    const value: unknown = context.lookup(token[1] ?? '');
    return value === undefined || value === null ? '' : toText(value);
  }

  override renderTokens(...args: Parameters<mustache.Writer['renderTokens']>): string {
    this.#steps += args[0].length + 1;
    const text = this.#steps > MAX_STEPS ? '' : super.renderTokens(...args);
    this.#chars += text.length;
    if (this.#steps > MAX_STEPS || this.#chars > MAX_OUTPUT_CHARS * 10)
      throw new TemplateError('a template makes too much of this payload');
    return text;
  }
}

/** The same without anything that it has inherited: a template sees fields, never methods. */
function toBare(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return Object.setPrototypeOf(value.map(toBare), null);
  const bare = Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, toBare(each)]),
  );
  return Object.setPrototypeOf(bare, null);
}
