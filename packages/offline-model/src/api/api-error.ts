const TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  409: 'conflict_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

interface ApiErrorOptions {
  /** Anthropic's error type; follows from the status when it is not given. */
  readonly type?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A refusal in the words of the Messages API; `type` is the meaning, the text is for people. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly type: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, options: ApiErrorOptions = {}) {
    super(message);
    this.status = status;
    this.type = options.type ?? toErrorType(status);
    this.headers = options.headers ?? {};
  }

  toBody(requestId: string): string {
    const error = { type: this.type, message: this.message };
    return JSON.stringify({ type: 'error', error, request_id: requestId });
  }
}

/** The status that a non-streaming answer would have had for an error of this type. */
export function toStatus(type: string): number {
  const known = Object.entries(TYPES).find(([, name]) => name === type);
  return known === undefined ? 500 : Number(known[0]);
}

function toErrorType(status: number): string {
  return TYPES[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error');
}
