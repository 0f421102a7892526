import type { Action } from '@bakerst/contracts/schedules';
import { expect, test } from 'vitest';
import { checkTemplate, createRenderer } from './mustache-template.ts';
import { passesFilter } from './passes-filter.ts';
import { prepareDelivery } from './prepare-delivery.ts';

const templates = { createRenderer, checkTemplate };
const evil = { text: '; rm -rf / {{x}}', host: 'evil.example' };

function prepare(action: Action) {
  return prepareDelivery(templates, { filter: [], action }, evil);
}

test('a payload fills words and contents, and never says where, which program or which code', () => {
  expect(prepare({ type: 'run', message: 'Look: {{text}}' })).toEqual({
    kind: 'fires',
    action: {
      type: 'run',
      message: expect.stringMatching(/^This .* from outside.*\n\nLook: ; rm -rf \/ \{\{x\}\}$/),
    },
  });
  expect(prepare({ type: 'agent', job: 'Look: {{text}}' })).toMatchObject({
    action: { job: expect.stringMatching(/^This message was filled in/) },
  });
  const own = { type: 'run', message: 'Look around.' } as const;
  expect(prepare(own)).toEqual({ kind: 'fires', action: own });
  const http: Action = {
    type: 'http',
    url: 'https://{{host}}.example.org/',
    body: { a: ['{{host}}'] },
  };
  expect(prepare({ ...http, headers: { 'X-A': '{{host}}' } })).toEqual({
    kind: 'fires',
    action: { ...http, headers: { 'X-A': '{{host}}' }, body: { a: ['evil.example'] } },
  });
  for (const action of [
    { type: 'command', command: 'uptime {{text}}' },
    { type: 'code', code: 'return "{{text}}"' },
  ] as const)
    expect(prepare(action)).toEqual({ kind: 'fires', action });
});

test('what comes out empty or does not fit is refused by its reason', () => {
  expect(prepare({ type: 'run', message: '{{gone}}' })).toMatchObject({
    kind: 'refused',
    reason: 'ACTION_NOT_VALID',
  });
});

test('a filter looks at own fields, and all of its conditions must hold', () => {
  const payload = { alerts: [{ status: 'firing' }], n: 3, labels: null };
  expect(passesFilter([], payload)).toBe(true);
  expect(passesFilter([{ path: 'alerts.0.status', equals: 'firing' }], payload)).toBe(true);
  expect(
    passesFilter(
      [
        { path: 'n', in: [1, 3] },
        { path: 'alerts.0.status', contains: 'fir' },
      ],
      payload,
    ),
  ).toBe(true);
  expect(passesFilter([{ path: 'labels', exists: true, equals: null }], payload)).toBe(true);
  expect(passesFilter([{ path: 'n', equals: '3' }], payload)).toBe(false);
  expect(passesFilter([{ path: 'constructor.name', exists: true }], payload)).toBe(false);
  expect(
    passesFilter(
      [
        { path: 'n', equals: 3 },
        { path: 'gone', exists: true },
      ],
      payload,
    ),
  ).toBe(false);
});
