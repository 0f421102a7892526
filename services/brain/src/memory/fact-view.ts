import type { FactView } from '@bakerst/contracts';
import { toIso } from '../http/to-iso.ts';
import type { Fact } from './ports.ts';

export function toFactView({ id, text, category, createdAt }: Fact): FactView {
  return { id, text, category, created_at: toIso(createdAt) };
}
