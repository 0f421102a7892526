import { createHash } from 'node:crypto';
import type { McpTool } from '@bakerst/contracts';

/** SHA-256 in hex of all that a server says of a tool; the order in which it says it does not matter. */
export function hashDefinition({ name, description, inputSchema, annotations }: McpTool): string {
  const text = toCanonicalJson([name, description, inputSchema, annotations]);
  return createHash('sha256').update(text).digest('hex');
}

function toCanonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) => {
    if (typeof each !== 'object' || each === null || Array.isArray(each)) return each;
    return Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}
