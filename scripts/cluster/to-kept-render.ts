import { parseAllDocuments, stringify } from 'yaml';

/** Made by generators: their names end with a hash of what is in them. */
const GENERATED = /\b(operating-system|copy-backups|nats)-[a-z0-9]{10}\b/g;
const PROMPTS = 'operating-system';

/**
 * A render as it is kept: without hashes, and of the operating system only the names of its files, so that a change of a
 * prompt is no change of the manifests.
 */
export function toKeptRender(rendered: string, stamp: string): string {
  const documents = parseAllDocuments(rendered.replaceAll(GENERATED, '$1-HASH'))
    .map((document): unknown => document.toJS())
    .map(withoutPrompts)
    .toSorted((one, other) => nameOf(one).localeCompare(nameOf(other)));
  const texts = documents.map((document) => stringify(document, { sortMapEntries: true }));
  return `# ${stamp}\n# Written by npm run k8s:write; not by hand.\n${texts.join('---\n')}`;
}

/** The stamp that a kept render was made with. */
export function readStamp(kept: string): string {
  return /^# (\w+)/.exec(kept)?.[1] ?? '';
}

interface Named {
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

function isNamed(value: unknown): value is Named & Record<string, unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    'metadata' in value &&
    typeof value.metadata === 'object' &&
    value.metadata !== null &&
    'name' in value.metadata
  );
}

function nameOf(value: unknown): string {
  return isNamed(value) ? `${value.kind}/${value.metadata.name}` : '';
}

function withoutPrompts(value: unknown): unknown {
  if (!isNamed(value) || value.kind !== 'ConfigMap') return value;
  if (!value.metadata.name.startsWith(PROMPTS)) return value;
  const files = Object.keys(value['data'] ?? {}).toSorted();
  return { ...value, data: Object.fromEntries(files.map((file) => [file, '…'])) };
}
