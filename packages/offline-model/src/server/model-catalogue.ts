import { ApiError } from '../api/api-error.ts';
import type { JsonObject } from '../api/narrow.ts';

const CURRENT_MODELS = ['claude-opus-5-5', 'claude-sonnet-5-5', 'claude-haiku-5-5'] as const;
const LINES = ['haiku', 'sonnet', 'opus', 'fable', 'mythos'] as const;
const CONTEXT_TOKENS = 200_000;
const MAX_REPLY_TOKENS = 64_000;

export interface ModelCatalogue {
  /** A page of `GET /v1/models`; there is only one. */
  list(): JsonObject;
  /** Throws ApiError 404 for a model that is not listed. */
  find(id: string): JsonObject;
  /** Throws ApiError 404 where only named models are served; otherwise any name is taken. */
  check(id: string): void;
}

/** Lists the given models, or the current ones. */
export function createModelCatalogue(served?: readonly string[]): ModelCatalogue {
  const ids = served ?? CURRENT_MODELS;
  const requireListed = (id: string): void => {
    if (!ids.includes(id)) throw new ApiError(404, `model: ${id}`);
  };
  return {
    list: () => ({
      data: ids.map(toModelInfo),
      has_more: false,
      first_id: ids[0] ?? null,
      last_id: ids.at(-1) ?? null,
    }),
    find(id) {
      requireListed(id);
      return toModelInfo(id);
    },
    check(id) {
      if (served !== undefined) requireListed(id);
    },
  };
}

function toModelInfo(id: string): JsonObject {
  return {
    type: 'model',
    id,
    display_name: `${id} (offline)`,
    created_at: '1970-01-01T00:00:00Z',
    lifecycle: 'active',
    line: LINES.find((line) => id.includes(line)) ?? null,
    deprecated_at: null,
    retires_at: null,
    max_input_tokens: CONTEXT_TOKENS,
    max_tokens: MAX_REPLY_TOKENS,
    capabilities: null,
  };
}
