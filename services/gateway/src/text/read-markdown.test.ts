import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toTelegramHtml } from '../telegram/telegram-html.ts';
import { toPlainText } from './formatted-text.ts';
import { readMarkdown } from './read-markdown.ts';
import { toMarkdown } from './to-markdown.ts';

const toHtml = (markdown: string) => toTelegramHtml(readMarkdown(markdown));

test.each([
  ['**bold** and *italic*, ~~gone~~', '<b>bold</b> and <i>italic</i>, <s>gone</s>'],
  ['***both***', '<i><b>both</b></i>'],
  ['`a < b && c`', '<code>a &lt; b &amp;&amp; c</code>'],
  ['1 < 2 & "so"', '1 &lt; 2 &amp; &quot;so&quot;'],
  ['\\*no stars\\*', '*no stars*'],
  ['AT&amp;T &#8364;', 'AT&amp;T €'],
  ['# Bread\nand rolls', '<b>Bread</b>\n\nand rolls'],
  ['one\ntwo\n\nthree', 'one\ntwo\n\nthree'],
  ['> said\n> twice', '<blockquote>said\ntwice</blockquote>'],
  ['> one\n> > two', '<blockquote>one\n\ntwo</blockquote>'],
  ['---', '———'],
  ['<b>tag</b> & <br>', '&lt;b&gt;tag&lt;/b&gt; &amp; &lt;br&gt;'],
  ['[mill](https://mill.example/?a=1&b=2)', '<a href="https://mill.example/?a=1&amp;b=2">mill</a>'],
  ['[no](javascript:alert(1))', 'no (javascript:alert(1))'],
  ['[no](tg://user?id=1)', 'no (tg://user?id=1)'],
  ['![a loaf](https://x.example/1.png)', '<a href="https://x.example/1.png">a loaf</a>'],
  ['[name]: https://x.example', '[name]: https://x.example'],
])('%j is shown as %j', (markdown, html) => {
  expect(toHtml(markdown)).toBe(html);
});

test('code keeps its language and every character', () => {
  expect(toHtml('```ts\nconst a = `<b>`;\n\n  b();\n```')).toBe(
    '<pre><code class="language-ts">const a = `&lt;b&gt;`;\n\n  b();</code></pre>',
  );
  expect(toHtml('```\nplain\n```')).toBe('<pre>plain</pre>');
  expect(toHtml('```"><script>\nx\n```')).toBe('<pre>x</pre>');
  // An answer that is still being written.
  expect(toHtml('so:\n```js\nlet a')).toBe(
    'so:\n\n<pre><code class="language-js">let a</code></pre>',
  );
});

test('lists keep their numbers, their depth and what is done', () => {
  expect(toHtml('- flour\n- water\n  - warm\n\n3. knead\n4. rest')).toBe(
    '• flour\n• water\n  • warm\n\n3. knead\n4. rest',
  );
  expect(toHtml('- [x] done\n- [ ] **open**')).toBe('☑ done\n☐ <b>open</b>');
});

test('a table is drawn in letters of one width', () => {
  expect(toHtml('| What | g |\n|---|---|\n| **flour** | 500 |\n| salt | 10 |')).toBe(
    '<pre>What  │ g\n──────┼────\nflour │ 500\nsalt  │ 10</pre>',
  );
});

test('a table that is too wide for a telephone is told in lines', () => {
  const long = 'of bread '.repeat(6).trim();
  expect(toHtml(`| What | Why |\n|---|---|\n| flour | ${long} |\n| salt | |`)).toBe(
    `<pre>What: flour\nWhy: ${long}\n\nWhat: salt\nWhy:</pre>`,
  );
  expect(toHtml(`| | Why |\n|---|---|\n| flour | ${long} |\n| | none |`)).toBe(
    `<pre>flour\nWhy: ${long}\n\nWhy: none</pre>`,
  );
  const head = 'b'.repeat(60);
  expect(toHtml(`| ${head} | n |\n|---|---|\n${'| 1 | 2 |\n'.repeat(30)}`)).toBe(
    `<pre>${head} │ n${'\n1 │ 2'.repeat(30)}</pre>`,
  );
});

test('what is nested beyond measure is shown as it stands', () => {
  const deep = '>'.repeat(20_000);
  expect(readMarkdown(deep).text).toBe(deep);
});

const word = fc.stringMatching(/^[a-zA-Zא-ת\u{1f600}-\u{1f64f}]{1,8}$/u);
const inline = fc.oneof(
  word,
  word.map((w) => `**${w}**`),
  word.map((w) => `*${w}*`),
  word.map((w) => `\`${w}\``),
  word.map((w) => `[${w}](https://${w.length}.example/)`),
);
const line = fc.array(inline, { minLength: 1, maxLength: 6 }).map((words) => words.join(' '));
const block = fc.oneof(
  line,
  line.map((l) => `## ${l}`),
  line.map((l) => `> ${l}`),
  fc.array(line, { minLength: 1, maxLength: 4 }).map((ls) => ls.map((l) => `- ${l}`).join('\n')),
  fc.array(word, { minLength: 1, maxLength: 4 }).map((ls) => `\`\`\`js\n${ls.join('\n')}\n\`\`\``),
  line.map((l) => `| a | b |\n|---|---|\n| ${l} | ${l} |`),
);
const answer = fc.array(block, { maxLength: 8 }).map((blocks) => blocks.join('\n\n'));

test('no word is left out, whatever it stands in', () => {
  fc.assert(
    fc.property(answer, (markdown) => {
      const words = markdown.match(/[a-zA-Zא-ת\u{1f600}-\u{1f64f}]+/gu) ?? [];
      const plain = toPlainText(readMarkdown(markdown));
      for (const each of words)
        if (each !== 'js' && each !== 'https') expect(plain).toContain(each);
    }),
  );
});

test('whatever text it is, its tags are closed in order and it is told apart from them', () => {
  fc.assert(
    fc.property(fc.oneof(answer, fc.string({ maxLength: 200 })), (markdown) => {
      const formatted = readMarkdown(markdown);
      const open: string[] = [];
      const text = toTelegramHtml(formatted).replaceAll(
        /<(\/?)(\w+)[^>]*>/g,
        (_, slash: string, tag: string) => {
          if (slash === '') open.push(tag);
          else expect(open.pop()).toBe(tag);
          return '';
        },
      );
      expect(open).toEqual([]);
      const read = text
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&quot;', '"')
        .replaceAll('&amp;', '&');
      expect(read).toBe(formatted.text);
    }),
  );
});

test('Markdown that is made of a text reads as the same words', () => {
  const toWords = (text: string) => text.split(/\s+/).filter((each) => each !== '');
  fc.assert(
    fc.property(answer, (markdown) => {
      const { text } = readMarkdown(markdown);
      const again = readMarkdown(toMarkdown(readMarkdown(markdown)));
      expect(toWords(again.text)).toEqual(toWords(text));
    }),
  );
  const kept = 'say **this *and* that** with `a*b`\n\n```js\nlet a = 1;\n```';
  expect(toTelegramHtml(readMarkdown(toMarkdown(readMarkdown(kept))))).toBe(toHtml(kept));
});

test.each([
  ['a list that begins in its depth', '    • c-d_e\n    • f'],
  ['a line that begins with a tab', '\tso it is'],
])('Markdown that is made of a text reads as it: %s', (_, text) => {
  expect(readMarkdown(toMarkdown({ text, spans: [] }))).toEqual({ text, spans: [] });
});

test('code behind the mark of a list stays code in the Markdown that is made of it', () => {
  const whole = readMarkdown('- ```\n  a `b`\n  ```\n- so');
  const again = readMarkdown(toMarkdown(whole));
  const codes = ({ text, spans }: typeof whole) =>
    spans.map(({ start, end, style }) => [style.type, text.slice(start, end)]);
  expect(codes(whole)).toEqual([['pre', 'a `b`']]);
  expect(codes(again)).toEqual(codes(whole));
});
