import type { HealthView } from '@bakerst/contracts';
import { httpGet } from '../local/http-request.ts';

export type ModelHealth = HealthView['model'];

const TIMEOUT_MS = 2000;

/** Whether the brain takes requests. */
export async function isReady(url: string): Promise<boolean> {
  try {
    return (await httpGet(`${url}/readyz`, TIMEOUT_MS)).status === 200;
  } catch {
    return false; // NOTE: no answer is the answer.
  }
}

/** Which model the brain says that it talks to; undefined when it does not say. */
export async function readModelHealth(url: string): Promise<ModelHealth | undefined> {
  try {
    const { body } = await httpGet(`${url}/health`, TIMEOUT_MS);
    return toModelHealth(JSON.parse(body));
  } catch {
    return undefined; // NOTE: the start does without that line.
  }
}

/** By hand instead of by the schema of contracts: zod would double what the supervisor weighs. */
function toModelHealth(health: unknown): ModelHealth | undefined {
  if (typeof health !== 'object' || health === null || !('model' in health)) return undefined;
  const { model } = health;
  if (typeof model !== 'object' || model === null) return undefined;
  if (!('kind' in model && 'name' in model && 'access' in model)) return undefined;
  const kind = KINDS.find((known) => known === model.kind);
  const access = ACCESSES.find((known) => known === model.access);
  if (kind === undefined || access === undefined || typeof model.name !== 'string')
    return undefined;
  return { kind, access, name: model.name };
}

const KINDS = ['offline', 'anthropic', 'custom', 'none'] as const satisfies ModelHealth['kind'][];
const ACCESSES = ['ok', 'refused', 'unknown'] as const satisfies ModelHealth['access'][];
