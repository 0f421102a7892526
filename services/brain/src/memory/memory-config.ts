import { type Env, envString, StartError } from '@bakerst/kit';

/** Where embeddings come from; both speak nearly the same way. */
export type EmbedderConfig =
  | {
      readonly kind: 'voyage';
      readonly url: string;
      readonly model: string;
      readonly apiKey: string;
    }
  | {
      readonly kind: 'openai';
      readonly url: string;
      readonly model: string;
      readonly apiKey: string | undefined;
    };

export interface QdrantConfig {
  readonly url: string;
  readonly apiKey: string | undefined;
}

export interface MemoryConfig {
  /** Undefined: facts are found by words alone. */
  readonly embedder: EmbedderConfig | undefined;
  /** Undefined: vectors are kept in SQLite. */
  readonly qdrant: QdrantConfig | undefined;
}

const VOYAGE_URL = 'https://api.voyageai.com/v1';

/** Reads what of the environment concerns the memory; throws StartError that names the variable to change. */
export function readMemoryConfig(env: Env): MemoryConfig {
  const qdrantUrl = readHttpUrl(env, 'QDRANT_URL', 'http://127.0.0.1:6333');
  return {
    embedder: readEmbedder(env),
    qdrant:
      qdrantUrl === undefined
        ? undefined
        : { url: qdrantUrl, apiKey: envString(env, 'QDRANT_API_KEY') },
  };
}

function readEmbedder(env: Env): EmbedderConfig | undefined {
  const model = envString(env, 'EMBEDDINGS_MODEL');
  const url = readHttpUrl(env, 'EMBEDDINGS_BASE_URL', 'http://127.0.0.1:11434/v1');
  if (url !== undefined)
    return {
      kind: 'openai',
      url,
      model: model ?? 'text-embedding-3-small',
      apiKey: envString(env, 'EMBEDDINGS_API_KEY'),
    };
  const apiKey = envString(env, 'VOYAGE_API_KEY');
  if (apiKey === undefined) return undefined;
  return {
    kind: 'voyage',
    url: readHttpUrl(env, 'VOYAGE_BASE_URL', VOYAGE_URL) ?? VOYAGE_URL,
    model: model ?? 'voyage-3.5-lite',
    apiKey,
  };
}

function readHttpUrl(env: Env, name: string, example: string): string | undefined {
  const url = envString(env, name);
  if (url === undefined || /^https?:$/.test(URL.parse(url)?.protocol ?? ''))
    return url?.replace(/\/+$/, '');
  throw new StartError(`${name} must be a URL such as ${example}, not "${url}"`);
}
