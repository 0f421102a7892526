import { readFileSync } from 'node:fs';
import type { OpenApiDocument } from '@bakerst/contracts';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { inject } from 'vitest';

const document: OpenApiDocument = JSON.parse(readFileSync(inject('openApiFile'), 'utf8'));
// Most checks are made once or twice: the time goes into compiling them.
const ajv = new Ajv2020({ strict: false, allErrors: true, code: { optimize: false } });
addFormats.default(ajv);
ajv.addSchema({ $id: 'api', ...document });

const PATHS = Object.keys(document.paths).map((path) => ({
  path,
  pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+').replaceAll('.', '\\.')}$`),
}));

const checkers = new Map<string, ValidateFunction>();
const problems: string[] = [];

/** Says what is wrong with an answer of the brain by its own description of itself; undefined when nothing is. */
function findProblem(method: string, pathname: string, answer: Answer): string | undefined {
  const path = PATHS.find(({ pattern }) => pattern.test(pathname))?.path;
  if (path === undefined) return answer.status < 400 ? `${pathname} is not described` : undefined;
  const operation = document.paths[path]?.[method];
  if (operation === undefined)
    return answer.status < 400 ? `${method} ${path} is not described` : undefined;
  const status = Object.hasOwn(operation.responses, answer.status) ? answer.status : 'default';
  const media = operation.responses[status]?.content?.['application/json'];
  if (media === undefined) return `${method} ${path} answered ${answer.status} with JSON`;
  const place = [
    path,
    method,
    'responses',
    String(status),
    'content',
    'application/json',
    'schema',
  ];
  const pointer = `api#/paths/${place.map(toPointer).join('/')}`;
  const check = checkers.get(pointer) ?? ajv.compile({ $ref: pointer });
  checkers.set(pointer, check);
  if (check(answer.body)) return undefined;
  return `${method} ${path} ${answer.status}: ${ajv.errorsText(check.errors)}`;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

function toPointer(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}

/** Looks at every JSON answer that a test gets from a brain, and fails the test that got one which is not as described. */
const realFetch = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const response = await realFetch(input, init);
  const isOurs = response.headers.has('X-Request-Id');
  if (isOurs && response.headers.get('Content-Type')?.startsWith('application/json') === true) {
    const method = (
      init?.method ?? (input instanceof Request ? input.method : 'GET')
    ).toLowerCase();
    const body: unknown = await response.clone().json();
    const { pathname } = new URL(response.url);
    const problem = findProblem(method, pathname, { status: response.status, body });
    if (problem !== undefined) problems.push(problem);
  }
  return response;
};

/** What was not as described, since the last call. */
export function takeProblems(): readonly string[] {
  return problems.splice(0);
}
