import { ErrorBody } from '@bakerst/contracts';

/** The brain answered, and it was no success; `body` is its error where it sent one. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly body: ErrorBody | undefined;
  readonly headers: Headers;

  constructor(response: Response, text: string) {
    const body = ErrorBody.safeParse(parseJson(text)).data;
    super(body?.message ?? `the brain answered with status ${response.status}`);
    this.status = response.status;
    this.body = body;
    this.headers = response.headers;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
