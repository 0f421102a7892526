import { JobBody, JobSpec, OrgId } from '@bakerst/contracts';
import { expect, test } from 'vitest';
import { readJobBody } from './job-body.ts';

const MOST_HEADERS = 50;

function unused(): never {
  throw new Error('not for requests');
}

const rules = {
  commands: { names: [], check: unused },
  allowedHosts: new Set<string>(),
  tools: { checkTool: unused },
  findChat: unused,
};

function read(more: object) {
  const body = JobBody.parse({ type: 'http', url: 'https://oven.test/', method: 'POST', ...more });
  return readJobBody(rules, body, OrgId.parse('home')).spec;
}

test.each([{ cups: 2 }, 2, null])(
  'a body that is no text (%j) is sent as JSON and says so',
  (body) => {
    expect(read({ body, headers: { 'X-Flour': 'rye' } })).toMatchObject({
      headers: { 'X-Flour': 'rye', 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  },
);

test.each(['Content-Type', 'content-TYPE'])(
  'what the job itself says of its body (%s) stays',
  (name) => {
    const headers = { [name]: 'application/vnd.oven+json' };
    expect(read({ body: { cups: 2 }, headers })).toHaveProperty('headers', headers);
  },
);

test('of a body that is text, and of none, nothing is said', () => {
  for (const more of [{ body: '{"cups":2}' }, {}])
    expect(read(more)).not.toHaveProperty('headers.Content-Type');
});

test('a job with as many headers as there may be has room for that one', () => {
  const headers = Object.fromEntries(
    Array.from({ length: MOST_HEADERS }, (_, i) => [`X-${i}`, '']),
  );
  const spec = read({ body: { cups: 2 }, headers });
  expect(JobSpec.parse(spec)).toEqual(spec);
  expect(spec).toHaveProperty('headers.Content-Type');
});
