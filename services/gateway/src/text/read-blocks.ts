import { Lexer, Tokenizer, type Tokens, type TokensList } from 'marked';

/** The blocks of Markdown. Throws RangeError for what is nested more deeply than the stack. */
export function readBlocks(markdown: string): TokensList {
  return new Lexer({ gfm: true, tokenizer: new BoundedTokenizer() }).lex(markdown);
}

/**
 * A row that is shorter than the head is filled up with cells, which for a long head and many short rows is more than
 * there is room for. A table of that kind is shown as it stands.
 */
class BoundedTokenizer extends Tokenizer {
  override table(src: string): Tokens.Table | undefined {
    const [whole = '', , rule = '', rows = ''] = this.rules.block.table.exec(src) ?? [];
    const cells = rule.split('|').length * rows.split('\n').length;
    return cells > whole.length ? undefined : super.table(src);
  }
}
