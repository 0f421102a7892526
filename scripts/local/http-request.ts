// NOTE: importing node:http as a module reads all its exports, among them getters that load undici: 16 MB for as long as
// the process lives, more than all the rest of the supervisor. This gives the same object without that.
const http = process.getBuiltinModule('node:http');

const MAX_BODY_CHARS = 100_000;

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** One GET on loopback; rejects when there is no whole answer within `timeoutMs`. */
export function httpGet(url: string, timeoutMs: number, token?: string): Promise<HttpAnswer> {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  return send(url, { method: 'GET', headers, timeoutMs });
}

interface JsonPost {
  readonly token: string;
  readonly body: unknown;
  readonly timeoutMs: number;
}

/** One POST of JSON on loopback; rejects like `httpGet`. */
export function httpPost(url: string, { token, body, timeoutMs }: JsonPost): Promise<HttpAnswer> {
  const text = JSON.stringify(body);
  const headers = {
    Authorization: `Bearer ${token}`,
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
  };
  return send(url, { method: 'POST', headers, text, timeoutMs });
}

interface Sending {
  readonly method: string;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly text?: string;
  readonly timeoutMs: number;
}

function send(url: string, { method, headers, text, timeoutMs }: Sending): Promise<HttpAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
  const signal = AbortSignal.timeout(timeoutMs);
  const options = { method, headers: { ...headers }, agent: false as const, signal };
  const request = http.request(url, options, (response) => {
    let body = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      body = (body + chunk).slice(0, MAX_BODY_CHARS);
    });
    response.once('error', reject);
    response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
  });
  request.once('error', reject);
  request.end(text);
  return promise;
}
