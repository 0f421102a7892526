import { readFileSync, statSync } from 'node:fs';

const MAX_BYTES = 256 * 1024;

export interface EntryFile {
  /** What the file says now; undefined when it is not there. What is wrong with it is given, not thrown. */
  read():
    | { readonly entries: readonly unknown[]; readonly text: string }
    | { readonly problem: string }
    | undefined;
}

/** A file of the operator that holds a JSON array. */
export function openEntryFile(path: string): EntryFile {
  const name = path.split('/').at(-1) ?? path;
  return {
    read() {
      try {
        if (statSync(path).size > MAX_BYTES)
          return { problem: `${name} is larger than ${MAX_BYTES / 1_024} KiB` };
        const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
        const entries: unknown = JSON.parse(text);
        return Array.isArray(entries)
          ? { entries, text }
          : { problem: `${name} must hold an array` };
      } catch (err) {
        if (err instanceof Error && 'code' in err && err.code === 'ENOENT') return undefined;
        return { problem: `${name} cannot be read as JSON` };
      }
    },
  };
}
