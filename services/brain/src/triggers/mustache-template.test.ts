import { expect, test } from 'vitest';
import { checkTemplate, createRenderer, TemplateError } from './mustache-template.ts';

const payload = {
  status: 'firing',
  alerts: [{ labels: { name: 'disk' } }, { labels: { name: 'heat <b>' } }],
  quiet: false,
};

test('names, lists and conditions are filled in as they stand', () => {
  const render = createRenderer(payload);
  expect(render('{{status}}: {{#alerts}}[{{labels.name}}]{{/alerts}}{{^quiet}}!{{/quiet}}')).toBe(
    'firing: [disk][heat <b>]!',
  );
  expect(render('{{alerts.1.labels.name}} {{alerts.length}} {{gone.away}}')).toBe('heat <b> 2 ');
});

test('a list or an object is printed as JSON', () => {
  const render = createRenderer({ labels: { disk: 'sda' }, tags: ['a', '<b>'], none: null });
  expect(render('{{labels}} {{{labels}}} {{&tags}} {{#tags}}{{.}},{{/tags}}{{none}}')).toBe(
    '{"disk":"sda"} {"disk":"sda"} ["a","<b>"] a,<b>,',
  );
});

test('nothing that a value has inherited is seen', () => {
  const render = createRenderer(payload);
  expect(
    render('{{constructor}}{{toString}}{{alerts.map}}{{alerts.constructor.constructor}}'),
  ).toBe('');
  expect(
    render('{{#alerts.constructor.constructor}}return 1{{/alerts.constructor.constructor}}'),
  ).toBe('');
});

test('lists within lists within lists end at a limit', () => {
  const big = createRenderer({ a: Array.from({ length: 200 }, () => 1) });
  expect(() => big('{{#a}}{{#a}}{{#a}}x{{/a}}{{/a}}{{/a}}')).toThrow(TemplateError);
});

test('other templates, other brackets and what is not closed are refused', () => {
  for (const wrong of ['{{> other}}', '{{=<% %>=}}', '{{#open}}', '{{a b}}', 'x'.repeat(20_001)])
    expect(() => checkTemplate(wrong), wrong).toThrow(TemplateError);
  for (const right of ['plain', '{{{raw}}}', '{{& raw}}', '{{a.b-c.0}}', '{{#l}}{{.}}{{/l}}'])
    expect(() => checkTemplate(right), right).not.toThrow();
});
