// NOTE: importing node:http as a module reads all its exports, among them getters that load undici: 16 MB for as long as
// the process lives, more than all the rest of the supervisor. This gives the same object without that.
const http = process.getBuiltinModule('node:http');

const MAX_BODY_CHARS = 100_000;

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** One GET on loopback; rejects when there is no whole answer within `timeoutMs`. */
export function httpGet(url: string, timeoutMs: number): Promise<HttpAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
  const request = http.get(
    url,
    { agent: false, signal: AbortSignal.timeout(timeoutMs) },
    (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body = (body + chunk).slice(0, MAX_BODY_CHARS);
      });
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
    },
  );
  request.once('error', reject);
  return promise;
}
