import { isUtf8 } from 'node:buffer';
import { ApiError } from '../api/api-error.ts';
import { parseCountRequest } from '../api/parse-request.ts';
import { toPromptSegments } from '../api/prompt-segments.ts';
import { countPromptTokens } from '../reply/count-tokens.ts';
import { type AnswerMessagesDeps, answerMessages } from './answer-messages.ts';
import { checkKey, checkVersion } from './check-headers.ts';
import { readBody } from './read-body.ts';
import { type Exchange, type ReceivedRequest, toReceivedRequest } from './received-request.ts';
import { sendJson } from './send-json.ts';

export interface RouteDeps extends AnswerMessagesDeps {
  readonly apiKey: string | undefined;
  readonly maxBodyBytes: number | undefined;
  nextReceived(): number;
  onReceived(received: ReceivedRequest): void;
  onEnded(received: ReceivedRequest): void;
}

interface Route {
  readonly method: 'GET' | 'POST';
  handle(deps: RouteDeps, exchange: Exchange, path: string): void | Promise<void>;
}

const MODELS_PATH = '/v1/models';

const ROUTES: Readonly<Record<string, Route>> = {
  '/v1/messages': { method: 'POST', handle: handleMessages },
  '/v1/messages/count_tokens': { method: 'POST', handle: handleCount },
  [MODELS_PATH]: { method: 'GET', handle: handleModels },
};

/** Answers one request or throws ApiError. Refuses in the API's order: path, method, key, version, body. */
export async function routeRequest(deps: RouteDeps, exchange: Exchange): Promise<void> {
  const { request } = exchange;
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const route = findRoute(path);
  if (request.method !== route.method)
    throw new ApiError(405, 'Method Not Allowed', { headers: { allow: route.method } });
  checkKey(request.headers, deps.apiKey);
  checkVersion(request.headers);
  await route.handle(deps, exchange, path);
}

function findRoute(path: string): Route {
  const route = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined;
  if (route !== undefined) return route;
  if (path.startsWith(`${MODELS_PATH}/`)) return { method: 'GET', handle: handleModel };
  throw new ApiError(404, `Not found: ${path}`);
}

async function handleMessages(deps: RouteDeps, exchange: Exchange): Promise<void> {
  const rawBody = await readText(deps, exchange);
  const received = toReceivedRequest(exchange, { index: deps.nextReceived(), rawBody });
  exchange.response.once('close', () => deps.onEnded(received));
  deps.onReceived(received);
  await answerMessages(deps, requireJson(received.body), exchange.response);
}

async function handleCount(deps: RouteDeps, exchange: Exchange): Promise<void> {
  const rawBody = await readText(deps, exchange);
  const { body } = toReceivedRequest(exchange, { index: 0, rawBody });
  const prompt = parseCountRequest(requireJson(body));
  deps.catalogue.check(prompt.model);
  const tokens = countPromptTokens(toPromptSegments(prompt.body));
  sendJson(exchange.response, 200, JSON.stringify({ input_tokens: tokens }));
}

function handleModels({ catalogue }: RouteDeps, { response }: Exchange): void {
  sendJson(response, 200, JSON.stringify(catalogue.list()));
}

function handleModel({ catalogue }: RouteDeps, { response }: Exchange, path: string): void {
  const id = path.slice(MODELS_PATH.length + 1);
  sendJson(response, 200, JSON.stringify(catalogue.find(id)));
}

async function readText(deps: RouteDeps, { request }: Exchange): Promise<string> {
  const bytes = await readBody(request, deps.maxBodyBytes);
  if (!isUtf8(bytes)) throw new ApiError(400, 'The request body is not valid UTF-8');
  return bytes.toString();
}

function requireJson(body: unknown): unknown {
  if (body === undefined) throw new ApiError(400, 'The request body is not valid JSON');
  return body;
}
