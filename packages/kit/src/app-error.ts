import { type ErrorBody, type ErrorCode, ErrorStatuses } from '@bakerst/contracts';

interface AppErrorOptions {
  readonly cause?: unknown;
  /** Finer name of the cause, such as MESSAGE_TOO_LONG. */
  readonly reason?: string;
  /** When to try again; becomes Retry-After. */
  readonly retryAfterMs?: number;
  /** Short form for `error`; the message stands there without it. */
  readonly title?: string;
  /** Status of a refusal that keeps its own, such as 406 or 421. */
  readonly status?: number;
  /** The MCP server of a list that is meant. */
  readonly serverId?: string | undefined;
}

/** The only error class that services throw on purpose; `code` decides status and meaning, the text is for people. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly reason: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly title: string | undefined;
  readonly status: number;
  readonly serverId: string | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.reason = options.reason;
    this.retryAfterMs = options.retryAfterMs;
    this.title = options.title;
    this.status = options.status ?? ErrorStatuses[code];
    this.serverId = options.serverId;
  }

  toBody(requestId: string): ErrorBody {
    return {
      error: this.title ?? this.message,
      code: this.code,
      message: this.message,
      ...(this.reason !== undefined && { reason: this.reason }),
      request_id: requestId,
      ...(this.serverId !== undefined && { server_id: this.serverId }),
      ...(this.retryAfterMs !== undefined && { retry_after_ms: this.retryAfterMs }),
    };
  }
}
