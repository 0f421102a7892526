import { Anthropic } from '@anthropic-ai/sdk';
import type { Clock } from '@bakerst/kit';
import { createSecrets } from '@bakerst/kit/secrets';
import { readAttachedFiles } from './anthropic-attachment.ts';
import { modelError, modelTimeout, toModelError } from './anthropic-error.ts';
import { createReplyCollector } from './anthropic-reply.ts';
import { toRequestBody } from './anthropic-request.ts';
import type { Model, ModelCall, ModelReply, ModelRequest, ReadAttachment } from './model.ts';

const FIRST_EVENT_MS = 90_000;
const BETWEEN_EVENTS_MS = 60_000;
const RETRIES = 3;
/** How often silence is looked for; one timer a call, none a delta. */
const WATCH_MS = 1_000;
const PROBE_MS = 5_000;

export interface AnthropicOptions {
  readonly apiKey?: string | undefined;
  /** Sent as a bearer token; goes before `apiKey`. */
  readonly authToken?: string | undefined;
  /** Anything that speaks the Messages API. */
  readonly baseUrl?: string | undefined;
  /** Needed by whoever sends attachments. */
  readonly readAttachment?: ReadAttachment;
}

export interface AnthropicModel extends Model {
  /** Asks for the list of models, which costs nothing: is the credential good? Never throws. */
  probe(): Promise<'ok' | 'refused' | 'unknown'>;
}

export function createAnthropicModel(options: AnthropicOptions, clock: Clock): AnthropicModel {
  const client = new Anthropic({
    // NOTE: null keeps the SDK from reading the environment by itself.
    apiKey: options.authToken === undefined ? (options.apiKey ?? null) : null,
    authToken: options.authToken ?? null,
    baseURL: options.baseUrl ?? 'https://api.anthropic.com',
    maxRetries: RETRIES,
    timeout: FIRST_EVENT_MS,
    logLevel: 'off',
  });
  const { readAttachment = async () => undefined } = options;
  const { redact } = createSecrets([options.apiKey ?? '', options.authToken ?? '']);
  const deps = { client, clock, readAttachment, redact };
  return {
    reply: (request, call) => streamReply(deps, request, call),
    probe: () => probe(client),
  };
}

interface Deps {
  readonly client: Anthropic;
  readonly clock: Clock;
  readonly readAttachment: ReadAttachment;
  readonly redact: (text: string) => string;
}

async function streamReply(
  deps: Deps,
  request: ModelRequest,
  call: ModelCall,
): Promise<ModelReply> {
  using watch = watchSilence(deps.clock);
  const signal = AbortSignal.any([call.signal, watch.silent]);
  const collector = createReplyCollector();
  try {
    const files = await readAttachedFiles(request, deps.readAttachment);
    const events = await deps.client.messages.create(toRequestBody(request, files), { signal });
    for await (const event of events) {
      watch.heard();
      const text = collector.add(event);
      if (text !== '') call.onText(text);
    }
  } catch (err) {
    call.signal.throwIfAborted();
    watch.silent.throwIfAborted();
    throw toModelError(err, { hasBegun: watch.hasHeard(), redact: deps.redact });
  }
  // NOTE: the SDK ends its iteration without an error when the signal is aborted.
  call.signal.throwIfAborted();
  watch.silent.throwIfAborted();
  const reply = collector.finish();
  if (reply === undefined)
    throw modelError('MODEL_REPLY_CUT', 'the reply of the model ended in the middle');
  return reply;
}

interface SilenceWatch extends Disposable {
  readonly silent: AbortSignal;
  heard(): void;
  hasHeard(): boolean;
}

function watchSilence(clock: Clock): SilenceWatch {
  const silence = new AbortController();
  let lastAt = clock.monotonic();
  let allowedMs = FIRST_EVENT_MS;
  const timer = clock.every(WATCH_MS, () => {
    if (clock.monotonic() - lastAt < allowedMs) return;
    const message = `the model was silent for ${allowedMs / 1_000} s`;
    const hasBegun = allowedMs === BETWEEN_EVENTS_MS;
    silence.abort(hasBegun ? modelError('MODEL_REPLY_CUT', message) : modelTimeout(message));
  });
  return {
    silent: silence.signal,
    heard() {
      lastAt = clock.monotonic();
      allowedMs = BETWEEN_EVENTS_MS;
    },
    hasHeard: () => allowedMs === BETWEEN_EVENTS_MS,
    [Symbol.dispose]: () => timer[Symbol.dispose](),
  };
}

async function probe(client: Anthropic): Promise<'ok' | 'refused' | 'unknown'> {
  try {
    await client.models.list({ limit: 1 }, { timeout: PROBE_MS, maxRetries: 0 });
    return 'ok';
  } catch (err) {
    const status = err instanceof Anthropic.APIError ? err.status : undefined;
    return status === 401 || status === 403 ? 'refused' : 'unknown';
  }
}
